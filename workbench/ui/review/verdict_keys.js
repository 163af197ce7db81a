// One desk per mounted component: what it shows, and what it waits for.
const desks = new WeakMap()

const KEYS = {
  1: "pass",
  2: "fail",
  3: "unsure",
  u: "undo",
  ArrowLeft: "back",
  ArrowRight: "forward",
}
const VERDICTS = ["pass", "fail", "unsure"]
// After this long without an answer from the server the keys work again, so that nobody is locked out.
const PATIENCE_MS = 8000

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  const desk = desks.get(parentElement) ?? open(parentElement)
  desk.send = said => setTriggerValue("said", said)
  show(desk, data)
  return () => close(parentElement, desk)
}

function open(root) {
  const find = name => root.querySelector(name)
  const desk = {
    data: {},
    form: find("#desk"),
    note: find("#note"),
    status: find("#status"),
    help: find("#help"),
    helpButton: find("#help-button"),
    buttons: [...root.querySelectorAll("[data-say]")],
    waitingFor: null,
    judged: null,
    seenMs: 0,
    shownAt: null,
  }
  desk.form.onsubmit = event => event.preventDefault()
  desk.note.oninput = () => keep(desk)
  desk.helpButton.onclick = () => toggleHelp(desk)
  for (const button of desk.buttons) button.onclick = () => say(desk, button.dataset.say)
  desk.onKey = event => pressed(desk, event)
  desk.onVisibility = () => (document.hidden ? stopClock(desk) : startClock(desk))
  document.addEventListener("keydown", desk.onKey)
  document.addEventListener("visibilitychange", desk.onVisibility)
  desks.set(root, desk)
  return desk
}

function close(root, desk) {
  document.removeEventListener("keydown", desk.onKey)
  document.removeEventListener("visibilitychange", desk.onVisibility)
  clearTimeout(desk.timer)
  desks.delete(root)
}

function show(desk, data) {
  const another = desk.data.item !== data.item
  desk.data = data
  desk.form.dataset.item = data.item
  if (desk.waitingFor !== null && data.heard === desk.waitingFor) {
    // Led on to another answer, so the verdict and its note are stored.
    if (another && desk.judged !== null) forget(desk.judged)
    stopWaiting(desk)
  }
  if (another) {
    desk.seenMs = 0
    startClock(desk)
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 })
  }
  const draft = remembered(desk)
  if (draft !== null && draft === data.note) forget(place(desk))
  // What is being typed stays; only another answer, or a note changed by the server, replaces it.
  if (another || (draft === null && document.activeElement === document.body)) desk.note.value = draft ?? data.note
  refresh(desk)
}

function refresh(desk) {
  const { data } = desk
  const waiting = desk.waitingFor !== null
  const impossible = { undo: !data.can_undo, back: !data.can_go_back }
  for (const button of desk.buttons) {
    const says = button.dataset.say
    button.setAttribute("aria-disabled", String(waiting || Boolean(impossible[says])))
    if (VERDICTS.includes(says)) button.setAttribute("aria-pressed", String(data.verdict === says))
  }
  if (waiting) desk.status.textContent = "Saving…"
  else if (desk.note.value !== data.note) desk.status.textContent = "Your note is saved with your verdict."
  else desk.status.textContent = ""
}

function pressed(desk, event) {
  const target = event.composedPath()[0]
  if (event.key === "Escape" && target === desk.note) {
    desk.note.blur()
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || typing(target)) return
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (key === "n") desk.note.focus()
  else if (key === "?") toggleHelp(desk)
  else if (KEYS[key]) say(desk, KEYS[key])
  else return
  event.preventDefault()
}

function typing(target) {
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true
  return target.tagName === "INPUT" && !["checkbox", "button"].includes(target.type)
}

function say(desk, action) {
  const { data } = desk
  if (desk.waitingFor !== null) return
  if ((action === "undo" && !data.can_undo) || (action === "back" && !data.can_go_back)) return
  const number = Date.now()
  desk.waitingFor = number
  desk.judged = VERDICTS.includes(action) ? place(desk) : null
  desk.timer = setTimeout(() => {
    stopWaiting(desk)
    desk.status.textContent = "No answer from the server. Your note is kept; press the key again."
  }, PATIENCE_MS)
  const seconds = stopClock(desk) / 1000
  startClock(desk)
  refresh(desk)
  desk.send({ number, action, item: data.item, note: desk.note.value, seconds })
}

function stopWaiting(desk) {
  clearTimeout(desk.timer)
  desk.waitingFor = null
  refresh(desk)
}

function toggleHelp(desk) {
  desk.help.hidden = !desk.help.hidden
  desk.helpButton.setAttribute("aria-expanded", String(!desk.help.hidden))
}

// Time on the screen counts only while the tab is looked at.
function startClock(desk) {
  if (desk.shownAt === null && !document.hidden) desk.shownAt = performance.now()
}

function stopClock(desk) {
  if (desk.shownAt !== null) desk.seenMs += performance.now() - desk.shownAt
  desk.shownAt = null
  return desk.seenMs
}

// A note is kept in the browser until a verdict carries it to the store, so that a reload loses nothing.
const place = desk => `workbench-note/${desk.data.reviewer}/${desk.data.item}`

function keep(desk) {
  try {
    localStorage.setItem(place(desk), desk.note.value)
  } catch {
    // A browser that keeps nothing still sends the note with the verdict.
  }
  refresh(desk)
}

function remembered(desk) {
  try {
    return localStorage.getItem(place(desk))
  } catch {
    return null
  }
}

function forget(name) {
  try {
    localStorage.removeItem(name)
  } catch {
    // Nothing was kept.
  }
}
