import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { setCookie } from 'hono/cookie'
import { greeting } from './greeting.ts'

const app = new Hono()
app.get('/users/:name', (c) => c.json({ greeting, name: c.req.param('name'), tags: c.req.queries('tag') }))
app.post('/users', async (c) => {
  const user: unknown = await c.req.json()
  setCookie(c, 'a', '1')
  setCookie(c, 'b', '2')
  return c.json({ greeting, user }, 201)
})
app.get('/image', (c) => c.body(Uint8Array.of(0, 255, 128), 200, { 'content-type': 'image/png' }))

export const handler = handle(app)
