// Keeps what is typed after a short pause, as leaving the field would, and hears Ctrl+Enter wherever the cursor is.
const PAUSE_MS = 600
const FIELDS = '[data-testid="stMain"] .stTextArea textarea, [data-testid="stMain"] .stTextInput input'
const ANSWERS = ".st-key-prompts-tried"
const TRY = ".st-key-prompts-try button"
// Shares of the window: between these the answers' upper edge comes to stand, in the middle if the text stays in sight.
const HIGHEST = 0.13
const MIDDLE = 0.55
const LOWEST = 0.75
const FORM = '[data-testid="stForm"]'
const heard = new WeakMap()

export default function ({ parentElement, setTriggerValue }) {
  const known = heard.get(parentElement)
  const keystrokes = known ?? new Keystrokes()
  keystrokes.ask = () => setTriggerValue("asked", true)
  heard.set(parentElement, keystrokes)
  return () => {
    keystrokes.close()
    heard.delete(parentElement)
  }
}

class Keystrokes {
  constructor() {
    this.onInput = event => this.typed(event)
    this.onKey = event => this.pressed(event)
    this.onLeaving = () => this.keep()
    this.onClick = event => event.target.closest?.(TRY) && this.showAnswers()
    document.addEventListener("input", this.onInput)
    document.addEventListener("keydown", this.onKey, true)
    document.addEventListener("click", this.onClick)
    window.addEventListener("beforeunload", this.onLeaving)
  }

  close() {
    clearTimeout(this.pause)
    document.removeEventListener("input", this.onInput)
    document.removeEventListener("keydown", this.onKey, true)
    document.removeEventListener("click", this.onClick)
    window.removeEventListener("beforeunload", this.onLeaving)
  }

  typed(event) {
    const field = event.target
    if (event.isComposing || !field.matches(FIELDS) || field.closest(FORM)) return
    if (this.field && this.field !== field) this.keep()
    this.field = field
    clearTimeout(this.pause)
    this.pause = setTimeout(() => this.keep(), PAUSE_MS)
  }

  // A field takes what is in it when this key is pressed.
  keep() {
    clearTimeout(this.pause)
    const field = this.field
    this.field = undefined
    if (!field?.isConnected) return
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }))
  }

  pressed(event) {
    const asks = event.isTrusted && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat
    if (!asks || event.target.closest?.(FORM)) return
    clearTimeout(this.pause)
    this.field = undefined
    // The field hears the key after this, and is to be read first.
    setTimeout(() => this.ask())
    this.showAnswers()
  }

  showAnswers() {
    const page = document.querySelector('[data-testid="stMain"]')
    const answers = document.querySelector(ANSWERS)
    if (!page || !answers) return
    const { top } = answers.getBoundingClientRect()
    const beyond = share => top - share * window.innerHeight
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    const by = Math.min(beyond(HIGHEST), Math.max(0, Math.min(beyond(MIDDLE), Math.max(this.roomAbove(), beyond(LOWEST)))))
    page.scrollBy({ top: by, behavior: still ? "instant" : "smooth" })
  }

  // How far the page may go up with the last line of the text still in sight.
  roomAbove() {
    const field = document.activeElement
    if (!field?.matches(FIELDS)) return Infinity
    return field.getBoundingClientRect().bottom - HIGHEST * window.innerHeight
  }
}
