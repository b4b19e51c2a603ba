import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createEmail, toMessageId } from './email.ts'
import { answer, message, scripted, sendBy, smtp, urlOf } from './smtp-server.fixture.ts'

test('sends a mail whose Message-ID follows from the key', async () => {
  const { send, mails } = await smtp()
  expect(await send('ord_1:1:email', message)).toEqual({ outcome: 'SENT' })
  expect(mails).toHaveLength(1)
  expect(mails[0]).toContain(`Message-ID: ${toMessageId('ord_1:1:email')}`)
  expect(mails[0]).toContain('To: c-1@example.test')
  expect(mails[0]).toContain('Subject: Your order')
  expect(toMessageId('ord_1:2:email')).not.toBe(toMessageId('ord_1:1:email'))
})

test('knows that nothing went out when nobody listens', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const url = urlOf(gone)
  gone.close()
  await once(gone, 'close')
  expect(await sendBy(createEmail(url))('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test('knows that nothing went out when the server never greets', async () => {
  const { send } = await scripted(() => undefined, '')
  expect(await send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test.each([
  ['refuses the session', (line: string) => (line.startsWith('EHLO') ? '554 go away' : '554 no')],
  ['breaks off at EHLO', () => 'break'],
  ['breaks off at MAIL FROM', (line: string) => (line.startsWith('EHLO') ? '250 hello' : 'break')],
  ['breaks off at DATA', (line: string) => (line === 'DATA' ? 'break' : '250 ok')],
  ['wants a login first', (line: string) => (line.startsWith('EHLO') ? '250 hello' : '530 log in first')],
])('knows that nothing went out when the server %s', async (_what, reply) => {
  const { send } = await scripted(reply)
  expect(await send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test('knows that nothing went out when a pipelining server breaks off before it answers', async () => {
  const { send } = await scripted((line) =>
    line.startsWith('EHLO') ? '250-hello\r\n250 PIPELINING' : line === 'DATA' ? 'break' : undefined,
  )
  expect(await send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test('knows that nothing went out when the server is busy (4xx), at RCPT and after DATA', async () => {
  const atRcpt = await smtp({ onRcptTo: (_to, _session, callback) => callback(answer(451, 'try later')) })
  expect(await atRcpt.send('k', message)).toMatchObject({
    outcome: 'NOT_SENT',
    reason: expect.stringContaining('451') as unknown,
  })
  const afterData = await smtp({
    onData: (stream, _session, callback) => {
      stream.resume()
      stream.on('end', () => callback(answer(452, 'disk full')))
    },
  })
  expect(await afterData.send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test('takes a 5xx about the mail as final, at RCPT and after DATA', async () => {
  const atRcpt = await smtp({ onRcptTo: (_to, _session, callback) => callback(answer(550, 'no such user')) })
  expect(await atRcpt.send('k', message)).toMatchObject({
    outcome: 'REFUSED',
    reason: expect.stringContaining('no such user') as unknown,
  })
  const afterData = await smtp({
    onData: (stream, _session, callback) => {
      stream.resume()
      stream.on('end', () => callback(answer(554, 'spam')))
    },
  })
  expect(await afterData.send('k', message)).toMatchObject({ outcome: 'REFUSED' })
})

test.each([
  ['with pipelining', '250-hello\r\n250 PIPELINING'],
  ['without', '250 hello'],
])('does not know what became of a mail whose server dies after DATA, %s', async (_how, hello) => {
  const { send } = await scripted((line) => {
    if (line.startsWith('EHLO')) return hello
    if (line === 'DATA') return '354 go on'
    if (line === '.') return 'break'
    return /^(MAIL|RCPT)/.test(line) ? '250 ok' : undefined
  })
  expect(await send('k', message)).toMatchObject({ outcome: 'UNKNOWN' })
})

test('gives up, not knowing, on a server that takes the mail and never answers', async () => {
  const { send } = await scripted((line) => {
    if (line === 'DATA') return '354 go on'
    return /^(EHLO|MAIL|RCPT)/.test(line) ? '250 ok' : undefined
  })
  expect(await send('k', message)).toMatchObject({ outcome: 'UNKNOWN' })
})
