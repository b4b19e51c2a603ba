import type { JournalEvent } from '../journal/events.ts'

type Named<Name extends JournalEvent['name']> = Extract<JournalEvent, { readonly name: Name }>

/** The events of one name, with that name's fields. */
export const eventsNamed = <Name extends JournalEvent['name']>(events: readonly JournalEvent[], name: Name) =>
  events.filter((event): event is Named<Name> => event.name === name)
