import kafkajs from 'kafkajs'

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

/** Whether a broker refused records because they are larger than their topic allows; no retry helps. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSProtocolError && TOO_LARGE.has(error.type)
