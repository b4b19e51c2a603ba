import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createEmail } from './email.ts'
import { MAX_CONNECTIONS } from './smtp-connections.ts'
import { answer, message, scripted, sendBy, smtp } from './smtp-server.fixture.ts'

const SENT = { outcome: 'SENT' }

/** What a plain server says up to the end of the mail, and `atDot` to that. */
const plain = (line: string, atDot: string) => {
  if (line === 'DATA') return '354 go on'
  if (line === '.') return atDot
  return /^(EHLO|MAIL|RCPT)/.test(line) ? '250 ok' : undefined
}

test('sends mails that follow one another over one connection', async () => {
  const { send, mails, sockets } = await smtp()
  for (const key of ['a', 'b', 'c']) expect(await send(key, message)).toEqual(SENT)
  expect(sockets).toHaveLength(1)
  expect(new Set(mails).size).toBe(3)
})

test('sends mails at once over as many connections, and keeps them for the next ones', async () => {
  const { send, mails, sockets } = await smtp()
  const sendFour = () => Promise.all(['a', 'b', 'c', 'd'].map((key) => send(key, message)))
  expect(await sendFour()).toEqual([SENT, SENT, SENT, SENT])
  expect(await sendFour()).toEqual([SENT, SENT, SENT, SENT])
  expect(sockets).toHaveLength(4)
  expect(mails).toHaveLength(8)
})

test('has no more than its connections, and more mails at once take turns', async () => {
  const { send, mails, sockets } = await smtp()
  const sent = await Promise.all(Array.from({ length: 40 }, (_, index) => send(`k${index}`, message)))
  expect(sent).toEqual(Array(40).fill(SENT))
  expect(mails).toHaveLength(40)
  expect(sockets).toHaveLength(MAX_CONNECTIONS)
})

test('lets the next mails have the turns of failed ones', async () => {
  const { send } = await scripted(() => undefined, '554 no service')
  const sent = await Promise.all(Array.from({ length: 40 }, (_, index) => send(`k${index}`, message)))
  expect(new Set(sent.map(({ outcome }) => outcome))).toEqual(new Set(['NOT_SENT']))
})

test('loses nothing when the server closes a kept connection', async () => {
  const { send, mails, sockets } = await smtp()
  expect(await send('a', message)).toEqual(SENT)
  const [first] = sockets
  first?.end()
  if (first) await once(first, 'close')
  expect(await send('b', message)).toEqual(SENT)
  expect(mails).toHaveLength(2)
})

test.each([
  ['breaks off', 'break'],
  ['says goodbye (421)', '421 idle for too long'],
])(
  'sends a mail over a new connection when the server %s at its MAIL FROM over a kept one',
  async (_how, reply) => {
    let mails = 0
    const { send, sockets } = await scripted((line, connection) => {
      if (line.startsWith('MAIL') && connection === 1 && mails > 0) return reply
      if (line === '.') mails++
      return plain(line, '250 taken')
    })
    expect(await send('a', message)).toEqual(SENT)
    expect(await send('b', message)).toEqual(SENT)
    expect(mails).toBe(2)
    expect(sockets).toHaveLength(2)
  },
)

test('does not send again a mail whose kept connection dies after DATA', async () => {
  let mails = 0
  const { send, sockets } = await scripted((line) => {
    if (line === '.') mails++
    return plain(line, mails === 1 ? '250 taken' : 'break')
  })
  expect(await send('a', message)).toEqual(SENT)
  expect(await send('b', message)).toMatchObject({ outcome: 'UNKNOWN' })
  expect(mails).toBe(2)
  expect(sockets).toHaveLength(1)
})

test('knows that nothing went out when the new connection fails too, before DATA', async () => {
  let mails = 0
  const { send, sockets } = await scripted((line) => {
    if (line.startsWith('MAIL') && mails > 0) return 'break'
    if (line === '.') mails++
    return plain(line, '250 taken')
  })
  expect(await send('a', message)).toEqual(SENT)
  expect(await send('b', message)).toMatchObject({ outcome: 'NOT_SENT' })
  expect(mails).toBe(1)
  expect(sockets).toHaveLength(2)
})

test('takes a 4xx for an answer to the mail, and does not ask again over a new connection', async () => {
  let asked = 0
  const { send, sockets } = await smtp({
    onRcptTo: (_to, _session, callback) => callback(++asked === 1 ? null : answer(451, 'try later')),
  })
  expect(await send('a', message)).toEqual(SENT)
  expect(await send('b', message)).toMatchObject({ outcome: 'NOT_SENT' })
  expect(asked).toBe(2)
  expect(sockets).toHaveLength(1)
})

test('sends nothing more over a connection on which a mail failed', async () => {
  let asked = 0
  const { send, sockets } = await smtp({
    onRcptTo: (_to, _session, callback) => callback(++asked === 1 ? answer(550, 'no such user') : null),
  })
  expect(await send('a', message)).toMatchObject({ outcome: 'REFUSED' })
  expect(await send('b', message)).toEqual(SENT)
  expect(sockets).toHaveLength(2)
})

test('does not take an answer too many for the answer to the next mail', async () => {
  const { send } = await scripted((line) => plain(line, '250 taken\r\n250 taken'))
  expect(await send('a', message)).toEqual(SENT)
  expect(await send('b', message)).toEqual(SENT)
})

test('uses no connection that was idle for 10 s, even when no timer told', async () => {
  let nowMs = 0
  const { send, sockets } = await smtp({}, () => nowMs)
  await send('a', message)
  nowMs += 9_999
  await send('b', message)
  expect(sockets).toHaveLength(1)
  nowMs += 10_000
  expect(await send('c', message)).toEqual(SENT)
  expect(sockets).toHaveLength(2)
})

test('closes a connection that stays idle', async () => {
  const { send, sockets } = await smtp()
  await send('a', message)
  const [first] = sockets
  if (first) await once(first, 'end')
  expect(sockets).toHaveLength(1)
})

test('keeps the process alive while it sends, and not with a kept connection', async () => {
  const { url, mails } = await smtp()
  const script = `
    import { createEmail } from ${JSON.stringify(import.meta.resolve('./email.ts'))}
    const { whenFree } = createEmail('${url}')
    const holds = () => process.getActiveResourcesInfo().includes('TCPSocketWrap')
    for (const key of ['a', 'b']) console.log((await whenFree((send) => send(key, ${JSON.stringify(message)}))).outcome, holds())`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout).toBe('SENT false\nSENT false\n')
  expect(mails).toHaveLength(2)
})

test('logs in with the name and password of the URL, once for each connection', async () => {
  const logins: unknown[] = []
  const { url, mails } = await smtp({
    authOptional: false,
    onAuth: ({ username, password }, _session, callback) => {
      logins.push([username, password])
      callback(null, { user: 'shop' })
    },
  })
  const send = sendBy(createEmail(url.replace('//', '//shop:p%40ss@')))
  expect(await send('a', message)).toEqual(SENT)
  expect(await send('b', message)).toEqual(SENT)
  expect(logins).toEqual([['shop', 'p@ss']])
  expect(mails).toHaveLength(2)
})

test('knows that nothing went out when the login is refused', async () => {
  const { url } = await smtp({
    onAuth: (_auth, _session, callback) => callback(answer(535, 'wrong password')),
  })
  const send = sendBy(createEmail(url.replace('//', '//shop:wrong@')))
  expect(await send('a', message)).toMatchObject({
    outcome: 'NOT_SENT',
    reason: expect.stringContaining('wrong password') as unknown,
  })
})

test('says why it cannot connect', async () => {
  const { send } = await scripted(() => undefined, '554 no service')
  expect(await send('a', message)).toMatchObject({
    outcome: 'NOT_SENT',
    reason: expect.stringContaining('554 no service') as unknown,
  })
})

test('a place is taken until what it is for has ended, whether anything is sent or not', async () => {
  const { url, sockets } = await smtp()
  const { whenFree } = createEmail(url)
  const ends = Array.from({ length: MAX_CONNECTIONS }, () => Promise.withResolvers<void>())
  const begun: number[] = []
  const uses = Array.from({ length: MAX_CONNECTIONS + 2 }, (_, index) =>
    whenFree(async () => {
      begun.push(index)
      await ends[index]?.promise
      if (index === 0) throw new Error('not sent')
    }),
  )
  await setImmediate()
  expect(begun).toHaveLength(MAX_CONNECTIONS)
  ends[0]?.resolve()
  await expect(uses[0]).rejects.toThrow('not sent')
  await setImmediate()
  expect(begun).toHaveLength(MAX_CONNECTIONS + 2)
  for (const { resolve } of ends) resolve()
  await Promise.all(uses.slice(1))
  expect(sockets).toEqual([])
})
