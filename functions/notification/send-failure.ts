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
 * @param mayBeTaken whether the server was ready to take the message, so that a lost connection leaves its fate open
 */
export function toSendFailure(error: unknown, mayBeTaken: boolean): SendResult {
  const { message, code, responseCode, permanent } = smtpError.parse(error)
  const reason = message.slice(0, MAX_REASON_LENGTH)
  // A 4xx or 5xx answer is the server saying that it has not taken the message (RFC 5321 4.2.1).
  const isAnswered = responseCode !== undefined && responseCode >= 400
  if (!isAnswered && mayBeTaken) return { outcome: 'UNKNOWN', reason }
  // A refused session (greeting, login) says nothing about this message; nor does a server that wants a login first.
  const isAboutMessage = code === 'EENVELOPE' || code === 'EMESSAGE'
  // Without an answer nodemailer itself refused the message, for an address or its size.
  const isForGood = permanent ?? true
  if (isAboutMessage && isForGood && responseCode !== AUTHENTICATION_REQUIRED) {
    return { outcome: 'REFUSED', reason }
  }
  return { outcome: 'NOT_SENT', reason }
}

/** Whether it was the connection that ended (broken, timed out, or 421), rather than the message that was refused. */
export const isConnectionLost = (error: unknown): boolean => isTransientError(smtpError.parse(error))
