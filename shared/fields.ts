import { domainToASCII } from 'node:url'
import * as z from 'zod'

/**
 * The form of our ids. Braces would move a Redis key to another slot, a colon could make it the key of another id, and a
 * leading `_` would allow `__proto__`.
 */
export const identifier = (maxLength: number) => pattern(maxLength, '._@-')

export const sku = identifier(64)

/** May contain a colon, as ids of identity providers do: in a key it is alone in its braces or at the end. */
export const customerId = pattern(128, '._:@-')

export const currency = z.string().regex(/^[A-Z]{3}$/, { error: 'must be an ISO 4217 code such as EUR' })

/** With room for nanoseconds. */
export const isoTime = z.iso.datetime().max(30)

/** Zod's own, which has no top-level domain of other letters: `xn--p1ai`. */
const ADDRESS =
  /^(?!\.)(?!.*\.\.)[\w'+.-]*[\w+-]@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+(?:[A-Za-z]{2,}|xn--[a-z0-9-]+)$/

/** As events have it. Of any length: requests had no limit once, and an order of one still has its stock. */
export const storedAddress = z.email({
  pattern: ADDRESS,
  error: 'must be a mail address, with ASCII before the @',
})

const MAX_ADDRESS = 254

/** As a request has it. SMTP takes ASCII. A domain in other letters has an ASCII form (`bücher.example` is `xn--bcher-kva.example`), a name has none. */
export const mailAddress = z
  .string()
  .max(MAX_ADDRESS)
  .transform((address) =>
    isAscii(address) ? address : address.replace(/(?<=@)[^@]*$/, (domain) => domainToASCII(domain)),
  )
  .pipe(storedAddress.max(MAX_ADDRESS))

/** One to `max` elements. None of them is looked at when there are more. */
export const listOf = <Element extends z.ZodType>(element: Element, max: number) =>
  z
    .array(z.unknown())
    .refine(({ length }) => length >= 1 && length <= max, { error: `must be 1 to ${max}` })
    .pipe(z.array(element))

function pattern(maxLength: number, punctuation: string) {
  return z.string().regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9${punctuation}]{0,${maxLength - 1}}$`), {
    error: `must be 1 to ${maxLength} letters, digits or ${[...punctuation].join(' ')} and start with a letter or digit`,
  })
}

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text)
