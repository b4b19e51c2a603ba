import { appendDocument } from '../file-destination.ts'
import { parseEventDestination } from './event-destination.ts'

export interface SendToDestinationDeps {
  /** Absolute; holds the files that stand for queues, topics, buses and buckets. */
  readonly destinationsDirectory: string
  /** Queues an event for a function; false when there is no function of that name. */
  readonly queueEvent: (functionName: string, payload: string) => boolean
}

export type SendToDestination = (destination: string, json: string) => Promise<void>

/** Delivers a document: to a function as an event, to anything else as a line of a file, flushed to disk when it resolves. */
export function createSendToDestination({
  destinationsDirectory,
  queueEvent,
}: SendToDestinationDeps): SendToDestination {
  return async (text, json) => {
    const destination = parseEventDestination(text)
    if (destination === undefined) throw new Error(`"${text}" is no destination.`)
    if (destination.kind === 'function') {
      if (queueEvent(destination.name, json)) return
      throw new Error(`There is no function "${destination.name}" here to deliver to; see functions/.`)
    }
    await appendDocument(destinationsDirectory, destination, json)
  }
}
