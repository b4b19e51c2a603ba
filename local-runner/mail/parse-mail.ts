import PostalMime from 'postal-mime'

export interface ParsedMail {
  readonly messageId: string | undefined
  readonly subject: string
  /** Lower-case names; a repeated one is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Reads a message as far as a mail catcher needs. Garbage gives a mail with little in it. */
export async function parseMail(message: Buffer): Promise<ParsedMail> {
  const { headers, messageId, subject = '', text = '' } = await PostalMime.parse(message)
  const values = Map.groupBy(headers, ({ key }) => key)
  return {
    messageId,
    subject,
    headers: Object.fromEntries(
      [...values].map(([key, lines]) => [key, lines.map(({ value }) => value).join(', ')]),
    ),
    text,
  }
}
