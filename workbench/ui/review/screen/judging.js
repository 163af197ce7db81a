// What a reviewer is about to say of one item: note, tags, marked words, criteria, a better wording.
const EMPTY = { note: "", tags: [], spans: [], criteria: {}, correction: null }

function judgementOf(said) {
  const { note, tags, spans, criteria, correction } = { ...EMPTY, ...said }
  return { note, tags: [...tags], spans: spans.map(span => ({ ...span })), criteria: { ...criteria }, correction }
}

function sameJudgement(one, other) {
  return JSON.stringify(judgementOf(one)) === JSON.stringify(judgementOf(other))
}

// Marks words of the answer from the keyboard: a cursor of one word, widened with Shift.
class Marking {
  constructor(words) {
    this.words = words
    this.anchor = 0
    this.at = 0
  }

  move(by, widen) {
    this.at = Math.min(Math.max(this.at + by, 0), this.words.length - 1)
    if (!widen) this.anchor = this.at
  }

  get span() {
    const [first, last] = [Math.min(this.anchor, this.at), Math.max(this.anchor, this.at)]
    return { start: this.words[first].start, end: this.words[last].end }
  }
}

// The list of known ways to go wrong under a text field: type to find one, Enter takes it or what was typed.
class Tagging {
  constructor(parts, known, done) {
    this.parts = parts
    this.known = known
    this.done = done
    this.active = -1
    parts.tagging.hidden = false
    parts.tag.value = ""
    parts.tag.oninput = () => this.find()
    parts.tag.onkeydown = event => this.pressed(event)
    parts.tag.onblur = () => this.close()
    parts.tag.focus()
    this.find()
  }

  find() {
    const wanted = this.parts.tag.value.trim().toLowerCase()
    const begins = this.known.filter(name => name.toLowerCase().startsWith(wanted))
    const holds = this.known.filter(name => !begins.includes(name) && name.toLowerCase().includes(wanted))
    this.found = [...begins, ...holds].slice(0, 8)
    this.active = wanted && this.found.length ? 0 : -1
    this.draw()
  }

  draw() {
    const { tag, modes } = this.parts
    modes.replaceChildren(
      ...this.found.map((name, number) => {
        const option = element("li", { id: `review-mode-${number}`, role: "option", "aria-selected": String(number === this.active) }, [name])
        option.onpointerdown = event => {
          event.preventDefault()
          this.take(name)
        }
        return option
      }),
    )
    modes.hidden = !this.found.length
    tag.setAttribute("aria-expanded", String(this.found.length > 0))
    if (this.active < 0) tag.removeAttribute("aria-activedescendant")
    else tag.setAttribute("aria-activedescendant", `review-mode-${this.active}`)
  }

  pressed(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 }
    if (event.key in steps && this.found.length) {
      this.active = (this.active + steps[event.key] + this.found.length) % this.found.length
      this.draw()
    } else if (event.key === "Enter") {
      const typed = this.parts.tag.value.trim()
      this.take(this.active < 0 ? typed : this.found[this.active])
    } else if (event.key === "Escape") {
      this.take("")
    } else {
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }

  // What was typed and not taken is taken when the field is left: nothing typed is lost.
  close() {
    this.take(this.parts.tag.value.trim())
  }

  take(name) {
    if (!this.done) return
    const { done } = this
    this.done = null
    this.parts.tag.oninput = this.parts.tag.onkeydown = this.parts.tag.onblur = null
    this.parts.tagging.hidden = true
    this.parts.tag.blur()
    done(name)
  }
}
