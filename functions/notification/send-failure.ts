import { isTransientError } from 'nodemailer/lib/errors'
import * as z from 'zod'
import type { SendResult } from './channel.ts'

const AUTHENTICATION_REQUIRED = 530
const MAX_REASON_LENGTH = 500

const smtpError = z.object({
  message: z.string(),
  code: z.string().optional().catch(undefined),
  responseCode: z.int().optional().catch(undefined),
  permanent: z.boolean().optional().catch(undefined),
})

/**
 * What an error of nodemailer means for the message.
 * @param mayBeTaken whether the server may have accepted the message before the connection was lost
 */
export function toSendFailure(error: unknown, mayBeTaken: boolean): SendResult {
  const { message, code, responseCode, permanent } = smtpError.parse(error)
  const reason = message.slice(0, MAX_REASON_LENGTH)
  // With a 4xx or 5xx reply the server has not accepted the message (RFC 5321 4.2.1).
  const isAnswered = responseCode !== undefined && responseCode >= 400
  if (!isAnswered && mayBeTaken) return { outcome: 'UNKNOWN', reason }
  // A refused session (greeting, login) is not about this message; nor is a server that requires a login first.
  const isAboutMessage = code === 'EENVELOPE' || code === 'EMESSAGE'
  // Without a reply it was nodemailer that refused the message, for an address or its size.
  const isPermanent = permanent ?? true
  if (isAboutMessage && isPermanent && responseCode !== AUTHENTICATION_REQUIRED) {
    return { outcome: 'REFUSED', reason }
  }
  return { outcome: 'NOT_SENT', reason }
}

/** Whether it was the connection that ended (broken, timed out, or 421), rather than the message that was refused. */
export const isConnectionLost = (error: unknown): boolean => isTransientError(smtpError.parse(error))
