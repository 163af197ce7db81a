// Drawing one item and what can be done with it.

// Gives the elements, and those in which each answer's text stands.
function drawnCase(shown, title) {
  const parts = []
  if (shown.history.length) {
    const turns = shown.history.flatMap(([who, said]) => [element("p", {}, [element("strong", {}, [`${who}:`])]), text(said)])
    parts.push(section("Earlier in the conversation", turns))
  }
  for (const [name, asked] of shown.asked) parts.push(section(name, [text(asked)], { class: "asked" }))
  const titles = shown.answers.length > 1 ? ["A: left", "B: right"] : [title]
  const blocks = shown.answers.map(answer => element("div", {}, [answerText(answer)]))
  const answers = shown.answers.map((answer, number) => drawnAnswer(answer, titles[number], blocks[number]))
  parts.push(answers.length > 1 ? element("div", { class: "pair" }, answers) : answers[0])
  if (shown.sources) parts.push(drawnSources(shown.sources))
  if (shown.expected.length) {
    parts.push(element("details", {}, [element("summary", {}, ["Show the expected answer"]), text(shown.expected)]))
  }
  return { parts, blocks }
}

function drawnAnswer(answer, title, block) {
  const inside = [block]
  if (answer.broken.length) {
    const which = answer.broken.join(", ")
    inside.push(element("p", { class: "quiet" }, [`These citations name no source that was shown: ${which}`]))
  }
  const made = section(title, inside, { class: "answer" })
  if (answer.sources) made.append(drawnSources(answer.sources))
  return made
}

function answerText(answer, spans = [], cursor = null) {
  const marks = answer.cites.map(([start, end]) => ({ start, end, kind: "cite" }))
  marks.push(...spans.map(({ start, end }) => ({ start, end, kind: "wrong" })))
  if (cursor) marks.push({ ...cursor, kind: "cursor" })
  return answer.plain.trim() ? text(answer.text, marks) : element("p", { class: "quiet" }, ["The answer is empty."])
}

function drawnButtons(form, criteria, act) {
  const button = ([key, name, action, title = ""], kind, sign = "") => {
    const label = [element("span", { class: "sign", "aria-hidden": "true" }, [sign]), `${name} `, element("kbd", {}, [key])]
    const made = element("button", { type: "button", class: kind, title }, sign ? label : label.slice(1))
    made.dataset.say = action
    // Pressing it must not take away the words that are selected.
    if (action === "mark") made.onpointerdown = event => event.preventDefault()
    made.onclick = () => act(action)
    return made
  }
  const verdicts = KEYS_OF[form].map(([key, name, action, sign]) => button([key, name, action], "verdict", sign))
  const tools = TOOLS[form].map(tool => button(tool, "tool"))
  if (criteria.length) tools.push(button(["C", "Questions", "criteria"], "tool"))
  const moves = MOVES.map(move => button(move, "tool"))
  const group = (name, made) => element("div", { role: "group", "aria-label": name }, made)
  return [group("Verdict", verdicts), group("More to say", tools), group("Way through", moves)]
}

function drawnKeys(form, criteria) {
  const rows = [...MEANINGS[form], ...(criteria.length ? MEANINGS_OF_CRITERIA : []), ...MEANINGS_OF_MOVES]
  return rows.flatMap(([keys, meaning]) => [
    element("dt", {}, keys.split(" ").flatMap(key => [element("kbd", {}, [key]), " "])),
    element("dd", {}, [meaning]),
  ])
}

function drawnCriterion(name, criteria, answered) {
  const answers = [
    ["Yes", "Y", true],
    ["No", "N", false],
    ["Does not apply", "-", null],
  ].map(([word, key, value]) => {
    const chosen = name in criteria && criteria[name] === value
    const made = element("button", { type: "button", "aria-pressed": String(chosen), title: `Key ${key}` }, [word])
    made.onclick = () => answered(name, value)
    return made
  })
  const row = element("div", { role: "group", "aria-label": name, class: "criterion" }, [element("span", {}, [name]), ...answers])
  row.dataset.criterion = name
  return row
}

function drawnChip(label, remove) {
  const gone = element("button", { type: "button", "aria-label": `Remove ${label}` }, ["×"])
  gone.onclick = remove
  return element("li", {}, [label, " ", gone])
}

function wordsIn(answer, { start, end }, most = 60) {
  const said = [...answer.plain].slice(start, end).join("").replace(/\s+/g, " ")
  return said.length > most ? `${said.slice(0, most - 1)}…` : said
}
