// Which key says what, and what the buttons and the help say of it.
const VERDICTS = { 1: "pass", 2: "fail", 3: "unsure" }
const PREFERENCES = { a: "left", b: "right", "=": "both fine", 0: "both bad" }
const KEYS_OF = {
  verdict: [
    ["1", "Pass", "pass", "✓"],
    ["2", "Fail", "fail", "✗"],
    ["3", "Unsure", "unsure", "?"],
  ],
  pair: [
    ["A", "Left is better", "left"],
    ["B", "Right is better", "right"],
    ["=", "Both fine", "both fine"],
    ["0", "Both bad", "both bad"],
  ],
}
const TOOLS = {
  verdict: [
    ["N", "Note", "note"],
    ["F", "Failure", "tag", "Name the kind of failure"],
    ["S", "Mark words", "mark"],
    ["E", "Correct it", "correct"],
  ],
  pair: [["N", "Note", "note"]],
}
const MOVES = [
  ["U", "Undo", "undo", "Take the verdict back"],
  ["←", "Back", "back", "Back to the one before"],
  ["→", "Forward", "forward", "Forward without a verdict"],
  ["?", "Keys", "help", "All keys"],
]
const MEANINGS = {
  verdict: [
    ["1 2 3", "pass, fail, unsure: the next answer comes by itself"],
    ["N", "write a note; Enter or Esc leaves it, and it is saved with your verdict"],
    ["F", "name the kind of failure in a word or two: type to find a known one, Enter takes it"],
    ["S", "mark the selected words; without a selection: arrows move by word, Shift widens, Enter marks, Esc leaves"],
    ["E", "correct the answer into what it should say"],
  ],
  pair: [
    ["A B", "the left or the right answer is better"],
    ["= 0", "both fine, both bad"],
    ["N", "write a note; Enter or Esc leaves it"],
  ],
}
const MEANINGS_OF_CRITERIA = [["C", "the questions beside the verdict: Y, N, or - where one does not apply; Esc leaves them"]]
const MEANINGS_OF_MOVES = [
  ["U", "undo: take your verdict back"],
  ["← →", "back and forward without a verdict"],
  ["?", "show and hide these keys"],
]

// Pixels: from here on the guidelines stand beside the work and not above it.
const WIDE = 1200
