import MimeNode from 'nodemailer/lib/mime-node'
import { encode, wrap } from 'nodemailer/lib/qp'
import type { Message } from './channel.ts'

const FROM = 'Orders <orders@example.test>'

export interface Mail {
  readonly envelope: MimeNode.Envelope
  /** RFC 5322, with CRLF. */
  readonly bytes: Buffer
}

/** In one go: nodemailer's own way is five streams for each mail, which took most of what a mail costs. */
export function toMail(messageId: string, { to, subject, text }: Message): Mail {
  const node = new MimeNode('text/plain; charset=utf-8', { textEncoding: 'Q' })
  node.setHeader({ From: FROM, To: to, Subject: subject, 'Message-ID': messageId })
  node.setContent(text)
  const lines = text.replaceAll('\n', '\r\n')
  const body = node.getTransferEncoding() === '7bit' ? lines : wrap(encode(lines))
  return { envelope: node.getEnvelope(), bytes: Buffer.from(`${node.buildHeaders()}\r\n\r\n${body}`) }
}
