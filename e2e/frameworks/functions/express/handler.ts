import express from 'express'
import serverless from 'serverless-http'
import { greeting } from './greeting.ts'

const app = express()
app.use(express.json())
app.get('/users/:name', (request, response) => {
  response.json({ greeting, name: request.params.name, tags: request.query.tag })
})
app.post('/users', (request, response) => {
  const user: unknown = request.body
  response.cookie('a', '1').cookie('b', '2').status(201).json({ greeting, user })
})
app.get('/image', (_request, response) => {
  response.type('image/png').send(Buffer.of(0, 255, 128))
})

export const handler = serverless(app, { binary: ['image/png'] })
