import { expect, test } from 'vitest'
import { createEmail } from './email.ts'
import { sendBy } from './smtp-server.fixture.ts'

test('an address that no SMTP server can take is refused for good, without a connection', async () => {
  const send = sendBy(createEmail('smtp://127.0.0.1:1'))
  const to = `${'a'.repeat(250)}@example.test`
  expect(await send('ord_1:1:email', { to, subject: 'An order', text: 'It is here.' })).toMatchObject({
    outcome: 'REFUSED',
  })
})
