// What is typed stays in this browser until it is stored; what was said stays until the server says it is stored.
const LONGEST_WAIT_MS = 4000
const ORPHAN_MS = 10000

function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name))
  } catch {
    return null
  }
}

function keepAs(name, value) {
  try {
    if (value === null) localStorage.removeItem(name)
    else localStorage.setItem(name, JSON.stringify(value))
  } catch {
    // A browser that keeps nothing still sends what was said.
  }
}

// Names this tab, also after a reload.
function tabName() {
  try {
    sessionStorage["workbench-tab"] ??= `${Date.now()}-${Math.random()}`
    return sessionStorage["workbench-tab"]
  } catch {
    return ""
  }
}

class Keeping {
  constructor(scope, reviewer, send) {
    this.place = `workbench-review/${reviewer}/${scope}`
    this.tab = tabName()
    this.send = send
    this.mine = new Map()
    this.show = null
  }

  draft(item) {
    const found = stored(`${this.place}/draft/${item}`)
    return found !== null && typeof found === "object" ? found : null
  }

  keepDraft(item, draft) {
    keepAs(`${this.place}/draft/${item}`, draft)
  }

  // Things said that nobody stored: before this tab was reloaded, or by one that was closed or died.
  // Gives the item that this tab had moved on to.
  adopt() {
    const left = stored(`${this.place}/said`)
    let at = null
    for (const said of Array.isArray(left) ? left : []) {
      if (!Number.isFinite(said?.number)) continue
      const own = said.tab === this.tab
      if (own || Date.now() - said.number > ORPHAN_MS) this.mine.set(said.number, said)
      if (own) at = said.next
    }
    return at
  }

  // What is stored since, or said anew, is not said again.
  drop(items) {
    for (const { key, said } of items) {
      for (const one of this.mine.values()) {
        if (one.item === key && said && said.order * 1000 > one.number) this.heard([one.number])
      }
    }
  }

  say(said) {
    const number = Math.max(Date.now(), ...[...this.mine.keys()].map(other => other + 1))
    this.mine.set(number, { ...said, number, tab: this.tab, next: this.show })
    this.keepSaid()
    this.dispatch()
  }

  look(item) {
    this.show = item
    this.dispatch()
  }

  dispatch() {
    this.send({ said: [...this.mine.values()], show: this.show, at: Date.now() })
    clearTimeout(this.timer)
    if (this.mine.size) this.timer = setTimeout(() => this.dispatch(), LONGEST_WAIT_MS)
  }

  // The server has these; the others go on waiting. Gives those that were said here.
  heard(numbers) {
    const done = numbers.filter(number => this.mine.has(number)).map(number => this.mine.get(number))
    for (const said of done) this.mine.delete(said.number)
    if (done.length) this.keepSaid(done.map(said => said.number))
    if (!this.mine.size) clearTimeout(this.timer)
    return done
  }

  get waiting() {
    return this.mine.size
  }

  get overdue() {
    return this.mine.size > 0 && Date.now() - Math.min(...this.mine.keys()) > LONGEST_WAIT_MS
  }

  // Other tabs keep theirs under the same name.
  keepSaid(gone = []) {
    const before = stored(`${this.place}/said`)
    const others = (Array.isArray(before) ? before : []).filter(
      said => !this.mine.has(said?.number) && !gone.includes(said?.number),
    )
    const all = [...others, ...this.mine.values()]
    keepAs(`${this.place}/said`, all.length ? all : null)
  }

  close() {
    clearTimeout(this.timer)
  }
}
