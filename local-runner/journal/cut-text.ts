const MAX_CHARACTERS = 1000

/** A text from outside, such as a function's error, as it goes into an event or a log line: no longer than a thousand characters. */
export const cutText = (text: string): string =>
  text.length <= MAX_CHARACTERS
    ? text
    : `${text.slice(0, MAX_CHARACTERS)}… (${text.length} characters in all)`
