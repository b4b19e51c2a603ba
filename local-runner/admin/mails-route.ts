import type { CaughtMail } from '../mail/mail-catcher.ts'
import { type AdminRoute, jsonResponse } from './admin-server.ts'
import { API_PREFIX } from './api-prefix.ts'

/** `GET /api/mails`, newest first, optionally filtered by `?to=` and `?messageId=`. */
export function createMailsRoute(mails: () => Promise<readonly CaughtMail[]>): AdminRoute {
  return async ({ method, path, query }) => {
    if (method !== 'GET' || path !== `${API_PREFIX}/mails`) return undefined
    const to = query.get('to')
    const messageId = query.get('messageId')
    const items = (await mails())
      .filter((mail) => to === null || mail.to.includes(to))
      .filter((mail) => messageId === null || mail.messageId === messageId)
    return jsonResponse(200, { items })
  }
}
