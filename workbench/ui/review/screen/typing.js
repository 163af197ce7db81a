// Everything that can be typed beside a verdict. The screen that extends it knows the item, and keeps the draft.
class Typing {
  drawCriteria() {
    const { criteria } = this.data
    this.parts.criteria.hidden = !criteria.length
    const answered = (name, met) => this.answerCriterion(name, met)
    this.parts.criteria.replaceChildren(...criteria.map(name => drawnCriterion(name, this.judgement.criteria, answered)))
  }

  answerCriterion(name, value) {
    this.change({ criteria: { ...this.judgement.criteria, [name]: value } })
    this.drawCriteria()
    this.focusCriterion(this.data.criteria.indexOf(name) + 1)
  }

  focusCriterion(number) {
    const groups = [...this.parts.criteria.querySelectorAll("[data-criterion]")]
    if (number < groups.length) groups[number].querySelector("button").focus()
    else document.activeElement?.blur()
  }

  drawChips() {
    const { spans, tags } = this.judgement
    const words = span => (this.block && this.shown ? wordsIn(this.shown.answers[0], span) : "")
    this.parts.chips.replaceChildren(
      ...tags.map(tag => drawnChip(tag, () => this.changeTags(tags.filter(other => other !== tag)))),
      ...spans.map(span => {
        const label = `“${words(span)}”${span.label ? `: ${span.label}` : ""}`
        return drawnChip(label, () => this.changeSpans(spans.filter(other => other !== span)))
      }),
    )
  }

  changeTags(tags) {
    this.change({ tags })
    this.drawChips()
  }

  changeSpans(spans) {
    this.change({ spans })
    this.drawChips()
    this.redrawAnswer()
  }

  change(part) {
    Object.assign(this.judgement, part)
    const nothingNew = sameJudgement(this.judgement, this.saidOf(this.at))
    this.keeping.keepDraft(this.at, nothingNew ? null : this.judgement)
    this.problem = null
    this.refresh()
  }

  note() {
    this.parts.note.focus()
  }

  correct() {
    if (this.judgement.correction === null) {
      this.parts.correction.value = this.shown.answers[0].plain
      this.parts["correction-field"].hidden = false
    }
    this.parts.correction.focus()
  }

  criteria() {
    const open = this.data.criteria.findIndex(name => !(name in this.judgement.criteria))
    if (this.data.criteria.length) this.focusCriterion(Math.max(open, 0))
  }

  tag() {
    this.parts["tagging-title"].textContent = "Kind of failure, in a word or two"
    this.tagging = new Tagging(this.parts, this.data.modes, name => {
      this.tagging = null
      if (name && !this.judgement.tags.includes(name)) this.changeTags([...this.judgement.tags, name])
    })
  }

  mark() {
    const words = wordsOf(this.shown.answers[0].text)
    if (!words.length) return
    const span = selectedWords(this.block, words)
    if (span) {
      document.getSelection().removeAllRanges()
      this.addSpan(span)
      return
    }
    // Fingers have no arrows.
    if (matchMedia("(pointer: coarse)").matches) {
      this.problem = "Select the words in the answer first, then press Mark words."
      this.refresh()
      return
    }
    this.marking = new Marking(words)
    document.activeElement?.blur()
    this.redrawAnswer()
    this.refresh()
  }

  markingKey(key, shift) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 }
    if (key in steps) this.marking.move(steps[key], shift)
    else if (key === "Enter" || key === " ") {
      const { span } = this.marking
      this.marking = null
      this.addSpan(span)
      return true
    } else if (key === "Escape" || key === "s") this.marking = null
    else return false
    this.redrawAnswer()
    this.refresh()
    return true
  }

  addSpan(span) {
    const known = this.judgement.spans.some(other => other.start === span.start && other.end === span.end)
    if (!known) this.changeSpans([...this.judgement.spans, { ...span, label: "" }])
    this.parts["tagging-title"].textContent = "What is wrong with these words"
    this.tagging = new Tagging(this.parts, this.data.modes, label => {
      this.tagging = null
      const same = other => other.start === span.start && other.end === span.end
      if (label) this.changeSpans(this.judgement.spans.map(other => (same(other) ? { ...other, label } : other)))
    })
  }

  // Enter leaves a note, Shift+Enter breaks the line; a correction is several lines by nature.
  leave(event, field) {
    const done = event.key === "Escape" || (event.key === "Enter" && field === this.parts.note && !event.shiftKey)
    if (!done || event.isComposing) return
    event.preventDefault()
    if (field === this.parts.correction && [this.shown?.answers[0].plain, ""].includes(field.value.trim())) {
      this.parts["correction-field"].hidden = true
      this.change({ correction: null })
    }
    field.blur()
  }
}
