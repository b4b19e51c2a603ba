import { Router } from '@aws-lambda-powertools/event-handler/http'
import type { Context } from 'aws-lambda'
import { greeting } from './greeting.ts'

const app = new Router()
app.get('/users/:name', ({ params, req }) => ({
  greeting,
  name: params.name,
  tags: new URL(req.url).searchParams.getAll('tag'),
}))
app.post('/users', async ({ req }) => {
  const user: unknown = await req.json()
  return {
    statusCode: 201,
    cookies: ['a=1; Path=/', 'b=2; Path=/'],
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ greeting, user }),
  }
})
app.get(
  '/image',
  () => new Response(Uint8Array.of(0, 255, 128), { headers: { 'content-type': 'image/png' } }),
)

export const handler = (event: unknown, context: Context) => app.resolve(event, context)
