import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createMailCatcher } from './mail-catcher.ts'

async function startCatcher(capacity = 10) {
  const catcher = createMailCatcher({ capacity, now: () => 0 })
  const port = await catcher.listen(0, '127.0.0.1')
  onTestFinished(catcher.stop)
  const transport = createTransport({ host: '127.0.0.1', port })
  const send = (subject: string, text: string, html?: string) =>
    transport.sendMail({
      from: 'shop@example.org',
      to: 'c-42@example.org',
      subject,
      text,
      ...(html && { html }),
    })
  return { ...catcher, port, send }
}

test('a mail is kept with its envelope, headers and decoded text', async () => {
  const { send, mails } = await startCatcher()
  await send(
    'Bestätigt: Ihr Tee für 3 €, herzlich und in einer wirklich langen Zeile',
    'Schöne Grüße\n= 1 =\n',
  )
  expect((await mails())[0]).toMatchObject({
    messageId: expect.stringMatching(/^<.+>$/) as unknown,
    from: 'shop@example.org',
    to: ['c-42@example.org'],
    subject: 'Bestätigt: Ihr Tee für 3 €, herzlich und in einer wirklich langen Zeile',
    text: expect.stringContaining('Schöne Grüße') as unknown,
    receivedAt: '1970-01-01T00:00:00.000Z',
  })
})

test('of a mail in two forms the plain text is shown', async () => {
  const { send, mails } = await startCatcher()
  await send('s', 'plain', '<b>rich</b>')
  expect((await mails())[0]?.text.trim()).toBe('plain')
})

test('only the last mails are kept, newest first', async () => {
  const { send, mails } = await startCatcher(2)
  for (const subject of ['1', '2', '3']) await send(subject, 'x')
  expect((await mails()).map(({ subject }) => subject)).toEqual(['3', '2'])
})

test('a mail is parsed when somebody looks, and once', async () => {
  const parse = vi.spyOn(PostalMime, 'parse')
  onTestFinished(() => parse.mockRestore())
  const { send, mails } = await startCatcher()
  await send('1', 'x')
  await send('2', 'x')
  expect(parse).not.toHaveBeenCalled()
  await Promise.all([mails(), mails()])
  expect((await mails()).map(({ subject }) => subject)).toEqual(['2', '1'])
  expect(parse).toHaveBeenCalledTimes(2)
})

test('a mail that cannot be parsed is shown as it came, and hides no other', async () => {
  const { send, mails, port } = await startCatcher()
  await createTransport({ host: '127.0.0.1', port }).sendMail({
    envelope: { from: 'a@example.org', to: 'b@example.org' },
    raw: `${`X: ${'x'.repeat(900)}\r\n`.repeat(4000)}\r\nbody\r\n`,
  })
  await send('fine', 'x')
  expect(await mails()).toMatchObject([{ subject: 'fine' }, { subject: '', from: 'a@example.org' }])
})

test('takes the next port when its own is taken, and outlives garbage', async () => {
  const first = await startCatcher()
  const second = createMailCatcher({ capacity: 1, now: () => 0 })
  onTestFinished(second.stop)
  expect(await second.listen(first.port, '127.0.0.1')).toBeGreaterThan(first.port)

  const socket = connect(first.port, '127.0.0.1', () => socket.write(Buffer.alloc(4096, 0xff)))
  socket.on('error', () => undefined)
  await expect.poll(() => socket.bytesWritten).toBeGreaterThan(0)
  socket.destroy()
  await first.send('still here', 'x')
  expect((await first.mails())[0]?.subject).toBe('still here')
})
