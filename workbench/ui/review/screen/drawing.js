// Text of others becomes elements one by one, from a list of tags that can do nothing. Nothing is parsed as HTML.
const TAGS = new Set(
  "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code strong em s table thead tbody tr th td hr br".split(" "),
)
const HEADING = /^h[1-6]$/

function element(tag, properties = {}, children = []) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") made.className = value
    else if (name.startsWith("aria-") || name === "role") made.setAttribute(name, value)
    else made[name] = value
  }
  made.append(...children)
  return made
}

// A tree of Markdown, with stretches marked: each mark has `start`, `end` and `kind`.
function drawn(nodes, marks = []) {
  return nodes.map(node => (Array.isArray(node) ? drawnRun(node, marks) : drawnElement(node, marks)))
}

function drawnElement(node, marks) {
  const children = drawn(node.c, marks)
  // A heading in an answer is no heading of the page.
  if (HEADING.test(node.t) || !TAGS.has(node.t)) return element("p", { class: "heading" }, children)
  const made = element(node.t, {}, children)
  if (node.t === "ol" && node.n !== undefined) made.start = node.n
  if (node.t === "table") return element("div", { class: "wide", tabIndex: 0, role: "region", "aria-label": "Table" }, [made])
  return made
}

function drawnRun([text, at], marks) {
  if (at === null) return document.createTextNode(text)
  const characters = [...text]
  const end = at + characters.length
  const over = marks.filter(mark => mark.start < end && mark.end > at)
  const cuts = [at, end]
  for (const mark of over) cuts.push(Math.max(mark.start, at), Math.min(mark.end, end))
  const edges = [...new Set(cuts)].sort((one, other) => one - other)
  const pieces = edges.slice(1).map((to, number) => {
    const from = edges[number]
    const kinds = over.filter(mark => mark.start < to && mark.end > from).map(mark => mark.kind)
    const made = element(kinds.length ? "mark" : "span", { class: [...new Set(kinds)].join(" ") }, [
      characters.slice(from - at, to - at).join(""),
    ])
    made.dataset.at = from
    return made
  })
  return element("span", {}, pieces)
}

// Where each word of a tree stands, in order.
function wordsOf(nodes) {
  return nodes.flatMap(node => {
    if (!Array.isArray(node)) return wordsOf(node.c)
    const [text, at] = node
    if (at === null) return []
    return [...text.matchAll(/\S+/gu)].map(found => {
      const start = at + [...text.slice(0, found.index)].length
      return { start, end: start + [...found[0]].length }
    })
  })
}

// What is selected within an element, widened to whole words; null when nothing is.
function selectedWords(root, words) {
  const selection = document.getSelection()
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null
  const range = selection.getRangeAt(0)
  let start = Infinity
  let end = -1
  for (const piece of root.querySelectorAll("[data-at]")) {
    const node = piece.firstChild
    if (!node || !range.intersectsNode(node)) continue
    const from = range.startContainer === node ? range.startOffset : 0
    const to = range.endContainer === node ? range.endOffset : node.length
    if (from >= to) continue
    const at = Number(piece.dataset.at)
    start = Math.min(start, at + [...node.data.slice(0, from)].length)
    end = Math.max(end, at + [...node.data.slice(0, to)].length)
  }
  const within = words.filter(word => word.start < end && word.end > start)
  return within.length ? { start: within[0].start, end: within[within.length - 1].end } : null
}

function section(title, children, properties = {}) {
  return element("section", { "aria-label": title, ...properties }, [element("h2", {}, [title]), ...children])
}

function text(nodes, marks) {
  return element("div", { class: "text", dir: "auto" }, drawn(nodes, marks))
}

function drawnSource(source) {
  const marks = source.closest.map(([start, end]) => ({ start, end, kind: "closest" }))
  const name = element("p", { class: "name" }, [
    element(source.cited ? "mark" : "span", { class: source.cited ? "cite" : "" }, [`[${source.number}]`]),
    " ",
    element("strong", {}, [source.where]),
  ])
  return element("div", { class: source.cited ? "source cited" : "source" }, [name, text(source.text, marks)])
}

function drawnSources(sources) {
  if (!sources.length) return section("Sources", [element("p", {}, ["None were shown to the one who answered."])])
  const cited = sources.filter(source => source.cited)
  const others = sources.filter(source => !source.cited)
  const shown = cited.map(drawnSource)
  if (cited.some(source => source.closest.length)) {
    shown.unshift(
      element("p", { class: "quiet" }, ["Marked: the words that come closest to what the answer says. Read on around them."]),
    )
  }
  if (others.length) {
    const which = others.length === 1 ? "the other one" : `the other ${others.length}`
    const label = cited.length ? `Show ${which}` : `None is cited. Show ${others.length === 1 ? "it" : `all ${others.length}`}`
    shown.push(element("details", {}, [element("summary", {}, [label]), ...others.map(drawnSource)]))
  }
  return section("Sources", shown)
}
