/** A rule of AWS, as the name of the test that holds the runner to it. */
export interface Rule {
  readonly section: string
  readonly rule: string
  /** The test's file, relative to the runner's folder. */
  readonly file: string
}

/** A title that starts with sections in brackets, in any kind of quotes: `'[3.4] [6.10] a timeout kills the runtime'`. */
const TITLE = /(['"`])((?:\[\d+\.\d+\] )+)((?:\\.|(?!\1)[^\\])+)\1/g

/** The rules that a test file, or the data file of one, names. A rule of two sections is given for each. */
export function findRules(file: string, text: string): readonly Rule[] {
  return [...text.matchAll(TITLE)].flatMap(([, , tags = '', title = '']) => {
    const rule = title.replace(/\\(.)/g, '$1')
    return [...tags.matchAll(/\d+\.\d+/g)].map(([section]) => ({ section, rule, file }))
  })
}
