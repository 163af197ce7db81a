"use strict"

const find = id => document.getElementById(id)
const raw = find("packet").textContent
const packet = JSON.parse(raw)
const VERDICTS = ["pass", "fail", "unsure"]
const KEYS = { 1: "pass", 2: "fail", 3: "unsure", u: "undo", "?": "help", ArrowLeft: "back", ArrowRight: "forward" }
const FEWEST_TIMED = 3

// What was entered: here and in the browser's storage, one entry for each answer, so that two tabs do not overwrite
// each other.
const entered = new Map()
const prefix = `workbench-packet/${packet.packet}/`
let keeps = true
let downloaded = true
let at = -1
let seenMs = 0
let shownAt = null

function readAll() {
  try {
    localStorage.setItem(`${prefix}opened`, "true")
    for (let n = 0; n < localStorage.length; n++) {
      const key = localStorage.key(n)
      if (key.startsWith(prefix)) take(key, localStorage.getItem(key))
    }
  } catch {
    forgets()
  }
}

function take(key, text) {
  try {
    entered.set(key.slice(prefix.length), JSON.parse(text))
  } catch {
    // Not written by this page.
  }
}

function put(name, value) {
  entered.set(name, value)
  if (name !== "at") downloaded = false
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value))
  } catch {
    forgets()
  }
}

function forgets() {
  keeps = false
  find("forgets").hidden = false
}

function record(item) {
  const found = entered.get(item.id) ?? {}
  return {
    verdict: VERDICTS.includes(found.verdict) ? found.verdict : null,
    note: typeof found.note === "string" ? found.note : "",
    tags: Array.isArray(found.tags) ? found.tags.filter(tag => typeof tag === "string") : [],
    seconds: typeof found.seconds === "number" ? found.seconds : null,
    judged_at: typeof found.judged_at === "string" ? found.judged_at : null,
  }
}

// What is written in the two fields below the answer.
function written() {
  const tags = find("failed").value.split(",").map(tag => tag.trim()).filter(Boolean)
  return { note: find("note").value, tags: [...new Set(tags)] }
}

function fillIn(item) {
  find("note").value = record(item).note
  find("failed").value = record(item).tags.join(", ")
}

const verdictOf = item => record(item).verdict
const judged = () => packet.items.filter(verdictOf).length

// Everything of others is put on the page as text.
function made(tag, text = "", { kind = "", of = [] } = {}) {
  const element = document.createElement(tag)
  if (kind) element.className = kind
  if (text) element.textContent = text
  element.append(...of)
  return element
}

function textOf(text, kind = "text") {
  const block = made("div", text, { kind })
  block.dir = "auto"
  return block
}

function part(title, ...of) {
  const section = made("section", "", { of: [made("h2", title), ...of] })
  section.setAttribute("aria-label", title)
  return section
}

function folded(label, ...of) {
  return made("details", "", { of: [made("summary", label), ...of] })
}

function caseOf(item) {
  const parts = []
  if (item.history.length) {
    const turns = item.history.flatMap(([role, content]) => [made("h2", role), textOf(content)])
    parts.push(part("Earlier in the conversation", ...turns))
  }
  for (const [title, text] of item.asked) parts.push(part(title, textOf(text)))
  const answer = textOf("")
  answer.id = "answer"
  for (const [text, cites] of item.answer) answer.append(cites ? made("mark", text) : text)
  parts.push(part("Answer", answer))
  if (item.broken.length) parts.push(made("p", `These citations name no source that was shown: ${item.broken.join(", ")}`))
  parts.push(sourcesOf(item))
  if (item.expected) parts.push(folded("Show the expected answer", textOf(item.expected)))
  return parts
}

function sourcesOf(item) {
  if (!item.sources.length) return part("Sources", made("div", "None were shown to the one who answered."))
  const all = item.sources.map(([name, text, cited], n) => {
    const number = made(cited ? "mark" : "span", `[${n + 1}]`)
    const head = made("div", "", { of: [number, " ", made("b", name), cited ? " (cited)" : ""] })
    return { cited, block: made("div", "", { kind: cited ? "source cited" : "source", of: [head, textOf(text)] }) }
  })
  const shown = all.filter(one => one.cited).map(one => one.block)
  const others = all.filter(one => !one.cited).map(one => one.block)
  if (others.length) {
    const label = shown.length ? `Show the sources that are not cited (${others.length})` : `None is cited. Show all (${others.length})`
    shown.push(folded(label, ...others))
  }
  return part("Sources", ...shown)
}

function show() {
  const [item, before] = [packet.items[at], packet.items[at - 1]]
  find("start").hidden = at >= 0
  find("judge").hidden = !item
  find("end").hidden = at < packet.items.length
  find("desk").hidden = at < 0
  find("writing").hidden = find("verdicts").hidden = !item
  if (item) {
    find("case").replaceChildren(...caseOf(item))
    const again = before && JSON.stringify([before.history, before.asked]) === JSON.stringify([item.history, item.asked])
    find("where").textContent = `Answer ${at + 1} of ${packet.items.length}${again ? ", to the same question" : ""}`
    fillIn(item)
    find("status").textContent = ""
    seenMs = 0
    startClock()
  } else if (at >= 0) conclude()
  refresh()
  scrollTo(0, 0)
  const heading = item ? "where" : at < 0 ? "start-title" : "end-title"
  find(heading).focus({ preventScroll: true })
}

function refresh() {
  const done = judged()
  find("progress").max = packet.items.length
  find("progress").value = done
  find("waiting").textContent = done
    ? `You have judged ${done} of ${packet.items.length} answers.`
    : `${packet.items.length} answers wait for you.`
  const item = packet.items[at]
  for (const button of document.querySelectorAll("[data-do]")) {
    const does = button.dataset.do
    if (VERDICTS.includes(does)) button.setAttribute("aria-pressed", String(Boolean(item) && verdictOf(item) === does))
    if (does === "undo") button.setAttribute("aria-disabled", String(!toUndo()))
    if (does === "back") button.setAttribute("aria-disabled", String(at <= 0))
    if (does === "download") button.className = item ? "light" : "main"
    if (does === "forward") button.setAttribute("aria-disabled", String(!item))
  }
}

function conclude() {
  const counts = verdict => packet.items.filter(item => verdictOf(item) === verdict).length
  const left = packet.items.length - judged()
  find("end-title").textContent = left ? "That is the end of the list" : "Thank you, that was the last one"
  find("counts").textContent =
    `Passed ${counts("pass")}, failed ${counts("fail")}, unsure ${counts("unsure")}` +
    (left ? `, without a verdict ${left}. ← leads back.` : ".")
}

function pace() {
  const times = packet.items.map(item => record(item).seconds).filter(Boolean).sort((a, b) => a - b)
  const left = packet.items.length - judged()
  if (times.length < FEWEST_TIMED || !left) return `${left} left.`
  return `${left} left, about ${Math.ceil((left * times[Math.floor(times.length / 2)]) / 60)} min.`
}

function go(to) {
  at = to
  put("at", at)
  show()
}

function following() {
  const order = [...packet.items.keys()]
  const next = [...order.slice(at + 1), ...order.slice(0, at)].find(n => !verdictOf(packet.items[n]))
  return next ?? packet.items.length
}

function toUndo() {
  const shown = packet.items[at]
  if (shown && verdictOf(shown)) return shown
  const given = packet.items.filter(verdictOf)
  return given.sort((a, b) => (record(a).judged_at < record(b).judged_at ? 1 : -1))[0]
}

function judge(verdict) {
  const item = packet.items[at]
  if (!item) return
  const seconds = Math.round(stopClock()) / 1000
  put(item.id, { verdict, ...written(), seconds, judged_at: new Date().toISOString() })
  go(following())
  find("status").textContent = `${keeps ? "Kept" : "Taken down"}: ${verdict}. ${pace()}`
}

function undo() {
  const item = toUndo()
  if (!item) return
  put(item.id, { ...record(item), verdict: null, seconds: null })
  go(packet.items.indexOf(item))
  find("status").textContent = "Your verdict was taken back; your note is still there."
}

function act(does) {
  if (VERDICTS.includes(does)) judge(does)
  else if (does === "undo") undo()
  else if (does === "back" && at > 0) go(at - 1)
  else if (does === "forward" && at < packet.items.length) go(at + 1)
  else if (does === "download") download()
  else if (does === "help") {
    find("help").hidden = !find("help").hidden
    document.querySelector("[data-do=help]").setAttribute("aria-expanded", String(!find("help").hidden))
  }
}

function pressed(event) {
  const { target } = event
  if (event.key === "Escape" && [find("note"), find("failed")].includes(target)) {
    target.blur()
    return
  }
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return
  if (["TEXTAREA", "INPUT"].includes(target.tagName)) return
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (key === "n" && packet.items[at]) find("note").focus()
  else if (key === "f" && packet.items[at]) find("failed").focus()
  else if (KEYS[key]) act(KEYS[key])
  else return
  event.preventDefault()
}

function noted() {
  const item = packet.items[at]
  put(item.id, { ...record(item), ...written() })
  find("status").textContent = keeps ? "What you wrote is kept." : "What you wrote is lost when this page is closed: download it."
}

// Time on the screen counts only while the page is looked at.
function startClock() {
  if (!document.hidden) shownAt = performance.now()
}

function stopClock() {
  if (shownAt !== null) seenMs += performance.now() - shownAt
  shownAt = null
  return seenMs
}

function download() {
  const answers = packet.items.filter(item => entered.has(item.id)).map(item => ({ item: item.id, ...record(item) }))
  const document_ = {
    format: "workbench-review-answers",
    version: packet.version,
    packet: packet.packet,
    run: packet.run,
    queue: packet.queue,
    seed: packet.seed,
    guidelines: packet.guidelines_hash,
    items: packet.items.map(item => item.id),
    reviewer: entered.get("name") ?? "",
    answers,
  }
  const link = made("a")
  link.href = URL.createObjectURL(new Blob([JSON.stringify(document_, null, 1)], { type: "application/json" }))
  const who = String(document_.reviewer).replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40)
  link.download = `answers-${packet.run.replace(/\W+/g, "-")}-${who}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
  downloaded = true
  find("status").textContent = `Downloaded ${judged()} verdicts of ${packet.items.length} answers.`
}

// A download read back in fills what is empty here and changes nothing else.
async function readBack(file) {
  const say = text => (find("read-back").textContent = text)
  let found
  try {
    found = JSON.parse(await file.text())
  } catch {
    say("This file cannot be read: it is no JSON.")
    return
  }
  if (found?.packet !== packet.packet || !Array.isArray(found.answers)) {
    say("This file holds no answers of this packet.")
    return
  }
  const known = new Map(packet.items.map(item => [item.id, item]))
  let filled = 0
  for (const answer of found.answers) {
    const item = known.get(answer?.item)
    if (!item || verdictOf(item) || record(item).note || record(item).tags.length) continue
    entered.set(item.id, answer)
    put(item.id, record(item))
    filled++
  }
  if (!find("name").value && typeof found.reviewer === "string") find("name").value = found.reviewer
  refresh()
  say(`${filled} answers were read in. What is entered here already stayed as it is.`)
}

async function unaltered() {
  // Where the browser has no hashing for pages from disk, the import still checks.
  if (!globalThis.crypto?.subtle) return true
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(raw)))
  return [...digest].map(byte => byte.toString(16).padStart(2, "0")).join("") === document.documentElement.dataset.digest
}

async function begin() {
  if (!(await unaltered())) {
    find("altered").hidden = false
    return
  }
  readAll()
  find("name").value = entered.get("name") ?? ""
  if (packet.guidelines) {
    find("guidelines").hidden = false
    find("guidelines").lastElementChild.textContent = packet.guidelines
  }
  const was = entered.get("at")
  if (find("name").value && Number.isInteger(was) && was >= 0) at = Math.min(was, packet.items.length)
  show()
}

find("who").onsubmit = event => {
  event.preventDefault()
  const name = find("name").value.trim()
  if (!name) return
  put("name", name)
  go(following())
}
find("note").oninput = find("failed").oninput = noted
find("back-in").onchange = event => event.target.files[0] && readBack(event.target.files[0])
for (const button of document.querySelectorAll("[data-do]")) {
  button.type = "button"
  button.onclick = () => act(button.dataset.do)
}
document.addEventListener("keydown", pressed)
document.addEventListener("visibilitychange", () => (document.hidden ? stopClock() : startClock()))
addEventListener("storage", event => {
  if (!event.key?.startsWith(prefix) || event.newValue === null || event.key === `${prefix}at`) return
  take(event.key, event.newValue)
  const item = packet.items[at]
  if (item && ![find("note"), find("failed")].includes(document.activeElement)) fillIn(item)
  refresh()
})
addEventListener("beforeunload", event => {
  if (!keeps && !downloaded) event.preventDefault()
})
begin()
