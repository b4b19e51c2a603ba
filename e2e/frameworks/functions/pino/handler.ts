import { pino } from 'pino'
import { greeting } from './greeting.ts'

const log = pino({ base: null, timestamp: false })

export const handler = async () => {
  log.info({ greeting }, 'asked')
  return { greeting }
}
