import awsLambdaFastify from '@fastify/aws-lambda'
import Fastify from 'fastify'
import { greeting } from './greeting.ts'

const app = Fastify()
app.get<{ Params: { name: string }; Querystring: { tag: string } }>('/users/:name', (request) => ({
  greeting,
  name: request.params.name,
  tags: request.query.tag,
}))
app.post('/users', (request, reply) =>
  reply.header('set-cookie', ['a=1; Path=/', 'b=2; Path=/']).code(201).send({ greeting, user: request.body }),
)
app.get('/image', (_request, reply) => reply.type('image/png').send(Buffer.of(0, 255, 128)))

export const handler = awsLambdaFastify(app, { binaryMimeTypes: ['image/png'] })
