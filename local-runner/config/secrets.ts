const MASK = '***'

/** A name with one of these anywhere, `apikey` and `DB_PASSWORD2` as well. */
const SECRET_PART = /pass(word|wd|phrase)|secret|token|credential|private|signature|api_?key/i
/** Too short to look for inside other words: `pin` is in `mapping`. */
const SECRET_WORD = /(^|_)(auth|key|pass|pin|pwd|salt)s?\d*(_|$)/i
/** A value that says itself what it holds: a PEM key, `Password=...` of a connection string, `?token=...` of a URL. */
const SECRET_VALUE = /-----BEGIN|(pass(word)?|pwd|secret|token|key|signature|sig)\s*=/i
const CREDENTIALS = /:\/\/[^/\s,]*@/g
/** A password may hold an unencoded `/` by mistake. */
const POSSIBLE_CREDENTIALS = /:\/\/[^\s,]*@/g

const wordsOf = (name: string) => name.replace(/([a-z\d])([A-Z])/g, '$1_$2')

/** A text without the credentials of the URLs in it, so that they can be shown and still be used. */
export const withoutCredentials = (text: string): string => text.replace(CREDENTIALS, '://')

/**
 * A variable's value as it may be shown. The one place that decides what is a secret; in doubt it is one: by name, by a look at
 * the value, and the credentials of a URL.
 */
export function shownValue(name: string, value: string): string {
  const isSecret = SECRET_PART.test(name) || SECRET_WORD.test(wordsOf(name)) || SECRET_VALUE.test(value)
  return isSecret && value !== '' ? MASK : value.replace(POSSIBLE_CREDENTIALS, `://${MASK}@`)
}
