import type { IncomingMessage, ServerResponse } from 'node:http'
import { isHealthPath } from './health.ts'
import { notFound, type HttpResponse } from './http/http-response.ts'
import type { Listener } from './http/http-server.ts'
import { sendResponse } from './http/send-response.ts'
import type { CaughtMail } from './mail/mail-catcher.ts'

export interface Deps {
  readonly health: Listener
  readonly mails: () => readonly CaughtMail[]
}

/** `GET /mails`, newest first; `?to=` and `?messageId=` choose. */
function listMails(mails: readonly CaughtMail[], query: URLSearchParams): HttpResponse {
  const to = query.get('to')
  const messageId = query.get('messageId')
  const items = mails
    .filter((mail) => to === null || mail.to.includes(to))
    .filter((mail) => messageId === null || mail.messageId === messageId)
  return { statusCode: 200, headers: [['content-type', 'application/json']], body: JSON.stringify({ items }) }
}

/** What the runner says about itself, on 8080. */
export function createAdminListener({ health, mails }: Deps): Listener {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isHealthPath(request.url)) return health(request, response)
    const [path = '', query] = request.url?.split('?') ?? []
    const found = request.method === 'GET' && path === '/mails'
    sendResponse(response, found ? listMails(mails(), new URLSearchParams(query)) : notFound)
  }
}
