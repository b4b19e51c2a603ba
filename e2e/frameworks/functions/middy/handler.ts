import middy from '@middy/core'
import httpRouter from '@middy/http-router'
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda'
import { greeting } from './greeting.ts'

const json = (statusCode: number, value: unknown) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

const router = httpRouter<APIGatewayProxyEventV2, APIGatewayProxyResultV2>({
  notFoundResponse: ({ path }) => json(404, { greeting, path }),
  routes: [
    {
      method: 'GET',
      path: '/users/{name}',
      handler: async ({ pathParameters, queryStringParameters }: APIGatewayProxyEventV2) =>
        json(200, { greeting, name: pathParameters?.name, tags: queryStringParameters?.tag?.split(',') }),
    },
    {
      method: 'POST',
      path: '/users',
      handler: async ({ body }: APIGatewayProxyEventV2) => ({
        ...json(201, { greeting, user: JSON.parse(body ?? '') as unknown }),
        cookies: ['a=1; Path=/', 'b=2; Path=/'],
      }),
    },
    {
      method: 'GET',
      path: '/image',
      handler: async () => ({
        statusCode: 200,
        headers: { 'content-type': 'image/png' },
        body: Buffer.of(0, 255, 128).toString('base64'),
        isBase64Encoded: true,
      }),
    },
  ],
})

export const handler = middy(router)
