import { StringDecoder } from 'node:string_decoder'

/** CloudWatch Logs takes events up to 1 MB (cloudwatch_limits_cwl); a longer line goes on in the next one. */
const MAX_LINE_CHARACTERS = 1024 * 1024

type OnLine = (line: string) => void

/** Puts a line together that arrives in parts. */
function createLine(onLine: OnLine) {
  let text = ''
  return {
    add: (more: string) => {
      text += more
      while (text.length > MAX_LINE_CHARACTERS) {
        onLine(text.slice(0, MAX_LINE_CHARACTERS))
        text = text.slice(MAX_LINE_CHARACTERS)
      }
    },
    end: () => {
      onLine(text)
      text = ''
    },
    isOpen: () => text !== '',
  }
}

export interface OutputLines {
  /** Part of a message, which keeps its line breaks. */
  readonly addToMessage: (text: string) => void
  readonly endMessage: () => void
  /** What was written to stdout or stderr, a part of a line or several. */
  readonly write: (written: string | Uint8Array) => void
  /** Ends a line that was written without its end. */
  readonly flush: () => void
}

/** Makes log lines of what a function writes. Bounded: a message or a line without end becomes several. */
export function createOutputLines(onLine: OnLine): OutputLines {
  const message = createLine(onLine)
  const written = createLine(onLine)
  const decoder = new StringDecoder()
  return {
    addToMessage: message.add,
    endMessage: message.end,
    write: (chunk) => {
      const text = typeof chunk === 'string' ? chunk : decoder.write(chunk)
      let start = 0
      // Not split: a list of a hundred million empty lines would be larger than the heap.
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
        written.add(text.slice(start, end))
        written.end()
        start = end + 1
      }
      written.add(text.slice(start))
    },
    flush: () => {
      if (written.isOpen()) written.end()
    },
  }
}
