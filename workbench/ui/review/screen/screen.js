// One screen per mounted component: the items, the one that is shown, and what was said and is not stored yet.
const screens = new WeakMap()

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  const found = screens.get(parentElement)
  const screen = found ?? new Screen(parentElement, data, said => screen.trigger("said", said))
  screen.trigger = setTriggerValue
  screens.set(parentElement, screen)
  screen.take(data)
  return () => {
    screen.close()
    screens.delete(parentElement)
  }
}

class Screen extends Typing {
  constructor(root, data, send) {
    super()
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map(part => [part.dataset.part, part]))
    this.root = root.querySelector(".review-screen")
    this.root.dataset.form = data.form
    this.parts["note-label"].textContent = `Note: ${data.form === "pair" ? "why" : "what was wrong"}, in a sentence`
    this.data = data
    this.said = new Map()
    this.cases = new Map()
    this.given = []
    this.at = null
    this.seenMs = 0
    this.shownAt = null
    this.keeping = new Keeping(data.scope, data.reviewer, send)
    this.movedOn = this.keeping.adopt()
    this.wire()
    this.drawAround()
  }

  wire() {
    const { parts } = this
    parts.form.onsubmit = event => event.preventDefault()
    parts.note.oninput = () => this.change({ note: parts.note.value })
    parts.correction.oninput = () => this.change({ correction: parts.correction.value })
    for (const field of [parts.note, parts.correction]) field.onkeydown = event => this.leave(event, field)
    for (const moved of ["focusin", "focusout"]) parts.form.addEventListener(moved, () => this.at !== null && this.refresh())
    parts["help-close"].onclick = () => parts.help.close()
    this.onKey = event => this.pressed(event)
    this.onVisibility = () => (document.hidden ? this.stopClock() : this.lookedAtAgain())
    this.onStorage = event => this.otherTab(event)
    document.addEventListener("keydown", this.onKey)
    document.addEventListener("visibilitychange", this.onVisibility)
    window.addEventListener("storage", this.onStorage)
  }

  close() {
    document.removeEventListener("keydown", this.onKey)
    document.removeEventListener("visibilitychange", this.onVisibility)
    window.removeEventListener("storage", this.onStorage)
    this.keeping.close()
    clearInterval(this.ticking)
  }

  // New data: what the server heard, the items as stored, and the cases around the one that is shown.
  take(data) {
    const first = this.at === null
    const jumped = data.jump !== this.data.jump
    this.data = data
    if (first) this.keeping.drop(data.items)
    for (const said of this.keeping.heard(data.heard)) this.said.delete(said.item)
    for (const refused of data.refused) this.giveBack(refused)
    for (const said of this.keeping.mine.values()) this.overlay(said)
    for (const one of data.cases) this.cases.set(one.key, one)
    if (first || jumped) this.show(this.begun(first))
    else if (this.missing && this.cases.has(this.at)) this.show(this.at)
    else this.refresh()
    if (first && this.keeping.waiting) this.keeping.dispatch()
  }

  // Where this tab was, when it was reloaded before the server had heard of it; else where the server says.
  begun(first) {
    const known = this.data.items.some(one => one.key === this.movedOn)
    if (!first || !known) return this.data.at
    this.keeping.show = this.movedOn
    return this.movedOn
  }

  overlay(said) {
    this.said.set(said.item, said.action === "say" ? said : null)
  }

  // The server could not store it: it becomes what is being typed again, and the reason is shown.
  giveBack({ number, reason }) {
    const said = this.keeping.mine.get(number)
    if (!said) return
    this.keeping.heard([number])
    this.said.delete(said.item)
    if (said.action === "say") this.keeping.keepDraft(said.item, judgementOf(said))
    if (this.data.items.some(one => one.key === said.item)) this.show(said.item)
    this.problem = reason
    this.refresh()
  }

  saidOf(item) {
    if (this.said.has(item)) return this.said.get(item)
    return this.data.items.find(one => one.key === item)?.said ?? null
  }

  get place() {
    return this.data.items.findIndex(one => one.key === this.at)
  }

  show(item) {
    if (item === null) return
    this.at = item
    this.marking = null
    this.block = null
    this.seenMs = 0
    this.shownAt = null
    this.startClock()
    const said = this.saidOf(item)
    this.judgement = judgementOf(this.keeping.draft(item) ?? said)
    this.missing = !this.cases.has(item)
    this.parts["correction-field"].hidden = this.judgement.correction === null
    this.parts.note.value = this.judgement.note
    this.parts.correction.value = this.judgement.correction ?? ""
    this.root.dataset.item = item
    this.drawCase()
    this.drawCriteria()
    this.drawChips()
    this.refresh()
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 })
    if (this.missing) this.keeping.look(item)
  }

  get shown() {
    return this.cases.get(this.at)
  }

  drawCase() {
    const shown = this.shown
    this.root.toggleAttribute("data-loading", !shown)
    if (!shown) {
      this.parts.case.replaceChildren(element("p", { role: "status" }, ["Loading the answer…"]))
      return
    }
    const { parts, blocks } = drawnCase(shown, this.titleOfAnswer())
    this.parts.case.replaceChildren(...parts)
    this.block = blocks.length === 1 ? blocks[0] : null
    if (this.judgement.spans.length) this.redrawAnswer()
  }

  // Answers to one question stand together, so that it is read once.
  titleOfAnswer() {
    const { items } = this.data
    const at = this.place
    const same = number => items[number]?.group === items[at]?.group
    let first = at
    let last = at
    while (first > 0 && same(first - 1)) first -= 1
    while (last + 1 < items.length && same(last + 1)) last += 1
    return last > first ? `Answer ${at - first + 1} of ${last - first + 1} to this question` : "Answer"
  }

  redrawAnswer() {
    if (!this.block) return
    this.block.replaceChildren(answerText(this.shown.answers[0], this.judgement.spans, this.marking?.span))
    this.block.querySelector(".cursor")?.scrollIntoView({ block: "nearest" })
  }

  drawAround() {
    const { form, criteria, guidelines, repeats } = this.data
    this.parts.buttons.replaceChildren(...drawnButtons(form, criteria, action => this.act(action)))
    this.parts.keys.replaceChildren(...drawnKeys(form, criteria))
    this.parts.repeats.textContent = repeats
    this.parts.repeats.hidden = !repeats
    this.parts.aside.hidden = !guidelines.length
    this.root.toggleAttribute("data-guided", guidelines.length > 0)
    this.parts["guidelines-text"].replaceChildren(...drawn(guidelines))
    this.parts.guidelines.open = window.innerWidth >= WIDE
  }

  refresh() {
    const { items, form } = this.data
    const judged = items.filter(one => this.saidOf(one.key)).length
    const left = items.length - judged
    const minutes = this.data.pace === null || !left ? null : Math.max(1, Math.round((this.data.pace * left) / 60))
    const where = `${form === "pair" ? "Pair" : "Answer"} ${this.place + 1} of ${items.length}`
    if (this.parts.where.textContent !== where) this.parts.where.textContent = where
    this.parts.pace.textContent = [`${left} left`, ...(minutes === null ? [] : [`about ${minutes} min`])].join(" · ")
    this.parts.progress.max = items.length
    this.parts.progress.value = judged
    const said = this.saidOf(this.at)
    for (const button of this.parts.buttons.querySelectorAll("button")) {
      const { say } = button.dataset
      if (button.classList.contains("verdict")) button.setAttribute("aria-pressed", String(said?.verdict === say))
      const impossible = { undo: !this.toUndo(), back: this.place <= 0, forward: false }[say]
      button.setAttribute("aria-disabled", String(Boolean(impossible) || (this.missing && button.classList.contains("verdict"))))
    }
    this.parts.status.textContent = this.statusText(said)
    this.parts.status.dataset.kind = this.problem || this.keeping.overdue ? "problem" : ""
    this.root.dataset.waiting = this.keeping.waiting
    clearTimeout(this.ticking)
    if (this.keeping.waiting) this.ticking = setTimeout(() => this.refresh(), 1000)
  }

  statusText(said) {
    if (this.problem) return this.problem
    if (this.marking) return "Arrows move by word, Shift widens, Enter marks, Esc leaves."
    if (this.keeping.overdue) {
      return "The server does not answer. What you said is kept in this browser and sent as soon as it does: go on."
    }
    return sameJudgement(this.judgement, said) ? "" : this.toSave()
  }

  // A verdict's key that is pressed within a field is typed there.
  toSave() {
    const keys = this.data.form === "pair" ? "A, B, = or 0" : "1, 2 or 3"
    const { activeElement } = document
    const typing = this.parts.form.contains(activeElement) && inField(activeElement)
    const leave = typing ? `${activeElement === this.parts.correction ? "Esc" : "Enter"}, then ` : ""
    return `Not saved yet. ${leave}${keys}: saved with your verdict.`
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || this.parts.help.open) {
      if (this.parts.help.open && event.key === "?") this.parts.help.close()
      return
    }
    const target = event.composedPath()[0]
    if (inField(target)) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const handled = this.marking ? this.markingKey(key, event.shiftKey) : this.key(key, target, event.repeat)
    if (handled) event.preventDefault()
  }

  key(key, target, repeat) {
    const criterion = target.closest?.("[data-criterion]")?.dataset.criterion
    const answers = { y: true, n: false, "-": null }
    if (key === "Escape") {
      if (criterion !== undefined) target.blur()
      return criterion !== undefined
    }
    if (criterion !== undefined && key in answers) {
      this.answerCriterion(criterion, answers[key])
      return true
    }
    const verdict = (this.data.form === "pair" ? PREFERENCES : VERDICTS)[key]
    const tools = { n: "note", f: "tag", s: "mark", e: "correct", c: "criteria" }
    const moves = { u: "undo", ArrowLeft: "back", ArrowRight: "forward", "?": "help" }
    const own = this.data.form === "pair" ? { n: "note" } : tools
    const action = verdict ?? own[key] ?? moves[key]
    if (!action) return false
    // A key that is held down judges one answer, not all.
    if (!repeat) this.act(action)
    return true
  }

  act(action) {
    if (Object.values(VERDICTS).includes(action) || Object.values(PREFERENCES).includes(action)) this.judge(action)
    else if (action === "undo") this.undo()
    else if (action === "back") this.move(this.data.items[this.place - 1])
    else if (action === "forward") this.move(this.data.items[this.place + 1] ?? null)
    else if (action === "help") this.parts.help.showModal()
    else if (!this.missing) this[action]()
  }

  judge(verdict) {
    if (this.missing) return
    this.tagging?.close()
    const item = this.at
    const again = this.saidOf(item) !== null
    const seconds = this.stopClock() / 1000
    const said = { action: "say", item, verdict, seconds, ...judgementOf(this.judgement) }
    if (said.correction !== null && said.correction.trim() === this.shown.answers[0].plain.trim()) said.correction = null
    this.overlay(said)
    this.given.push(item)
    this.keeping.keepDraft(item, null)
    const next = this.following(again)
    this.keeping.show = next?.key ?? "end"
    this.keeping.say(said)
    if (next) this.show(next.key)
    else this.ended()
  }

  // After a first verdict the next without one, coming round to those passed over; after a changed one simply the next.
  following(again) {
    const { items } = this.data
    const after = [...items.slice(this.place + 1), ...items.slice(0, this.place)]
    if (again && this.place + 1 < items.length) return items[this.place + 1]
    return after.find(one => !this.saidOf(one.key))
  }

  ended() {
    this.parts.case.replaceChildren(element("p", { role: "status" }, ["Counting…"]))
    this.missing = true
    this.refresh()
  }

  move(to) {
    if (to === undefined) return
    this.problem = null
    this.keeping.look(to === null ? "end" : to.key)
    if (to === null) this.ended()
    else this.show(to.key)
  }

  toUndo() {
    if (this.saidOf(this.at)) return this.at
    const here = this.given.findLast(item => this.saidOf(item))
    if (here) return here
    const times = this.data.items.filter(one => one.said && this.saidOf(one.key))
    return times.sort((one, other) => one.said.order - other.said.order).at(-1)?.key ?? null
  }

  undo() {
    const item = this.toUndo()
    if (!item) return
    const said = this.saidOf(item)
    this.keeping.keepDraft(item, judgementOf(said))
    this.said.set(item, null)
    this.given = this.given.filter(other => other !== item)
    this.keeping.show = item
    this.keeping.say({ action: "withdraw", item })
    this.show(item)
  }

  // Another tab of this browser wrote to the same item.
  otherTab(event) {
    if (event.key !== `${this.keeping.place}/draft/${this.at}` || this.root.contains(document.activeElement)) return
    this.show(this.at)
  }

  lookedAtAgain() {
    this.startClock()
    if (this.at !== null) this.keeping.look(this.at)
  }

  // Time on the screen counts only while the tab is looked at.
  startClock() {
    if (this.shownAt === null && !document.hidden) this.shownAt = performance.now()
  }

  stopClock() {
    if (this.shownAt !== null) this.seenMs += performance.now() - this.shownAt
    this.shownAt = null
    return this.seenMs
  }
}

function inField(target) {
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true
  return target.tagName === "INPUT" && !["checkbox", "button", "radio"].includes(target.type)
}
