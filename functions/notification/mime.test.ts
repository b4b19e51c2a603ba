import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { toMail } from './mime.ts'

const message = { to: 'c-1@example.test', subject: 'Your order', text: 'Thank you.\n\nTotal EUR 1.00\n' }
const linesOf = (bytes: Buffer) => bytes.toString().split('\r\n')

test('is plain text, as it is, where that is ASCII in short lines', () => {
  const { envelope, bytes } = toMail('<id@example.test>', message)
  expect(envelope).toEqual({ from: 'orders@example.test', to: ['c-1@example.test'] })
  expect(linesOf(bytes)).toEqual([
    'From: Orders <orders@example.test>',
    'To: c-1@example.test',
    'Subject: Your order',
    'Message-ID: <id@example.test>',
    'Content-Transfer-Encoding: 7bit',
    expect.stringMatching(/^Date: .* \+0000$/),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Thank you.',
    '',
    'Total EUR 1.00',
    '',
  ])
})

test.each([
  ['other letters', 'Grüße, 在庫切れ, = 1 =\n.\n..\n'],
  ['a line without end', `${'x'.repeat(5000)}\n`],
  ['spaces at the end of a line', 'Grüße  \n\t\n'],
])('%s come back as they were, in ASCII and short lines', async (_what, text) => {
  const { bytes } = toMail('<id@example.test>', { ...message, subject: 'Übersicht 在庫', text })
  const mail = await PostalMime.parse(bytes)
  expect(mail.subject).toBe('Übersicht 在庫')
  expect(mail.text).toBe(text)
  expect(linesOf(bytes).every((line) => line.length <= 76 && /^[\x20-\x7e\t]*$/.test(line))).toBe(true)
})

test('a line break in an address or a subject begins no header', () => {
  const { bytes } = toMail('<id@example.test>', {
    ...message,
    to: 'a@example.test\r\nBcc: b@example.test',
    subject: 'Order\r\nX-Evil: 1',
  })
  expect(bytes.toString()).not.toMatch(/^(Bcc|X-Evil):/m)
})
