// All but the tab, which Lambda's own lines have; and what changes the direction of text.
// eslint-disable-next-line no-control-regex -- They are what is looked for.
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** A line as a terminal may show it: escape sequences in a function's output could move the cursor or hide other lines. */
export const withoutControls = (line: string): string =>
  line.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
