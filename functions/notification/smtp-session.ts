/**
 * Follows one SMTP session through nodemailer's transaction log, as its errors do not tell in which phase a connection broke.
 * A message leaves only after a positive answer to DATA; with pipelining DATA goes out ahead of that.
 */
export function watchSession() {
  let isDataAsked = false
  let mayBeTaken = false
  const debug = (entry: unknown, text: unknown): void => {
    if (typeof text !== 'string' || typeof entry !== 'object' || entry === null || !('tnx' in entry)) return
    if (entry.tnx === 'client' && text === 'DATA') isDataAsked = true
    if (entry.tnx === 'server' && isDataAsked && /^[23]/.test(text)) mayBeTaken = true
  }
  return { logger: { debug }, mayBeTaken: () => mayBeTaken }
}
