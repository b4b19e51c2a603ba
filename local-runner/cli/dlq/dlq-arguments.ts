import { parseArgs } from 'node:util'

export const DLQ_HELP = `Dead letters: records that a function rejected permanently (<topic>.<function>.dlq) or a mapping discarded (.failed).

  npm run dlq -- list                                 dead-letter topics, and how many dead letters wait in each
  npm run dlq -- show <topic> [<partition>@<offset>]  all dead letters of a topic, or one in full
  npm run dlq -- redrive <topic> <partition>@<offset>...
  npm run dlq -- redrive <topic> --all                back to their original topics, once each
  npm run dlq -- discard <topic> <partition>@<offset>... --reason <text>
  npm run dlq -- discard <topic> --all --reason <text>     settles them without a redrive; they stay readable
  npm run dlq -- skip <topic> <partition> <offset> --group <consumer group>
                                                      moves a group past one record (past its batch where that cannot be
                                                      read), and keeps it as a dead letter

  --dry-run            redrive: print what would be redriven, in order, and do nothing
  --rate <n>           redrive: at most n records a second
  --value <text>       redrive: send this value instead, for one dead letter
  --value-file <path>  the same, from a file
  --yes                discard, skip: do not ask
  --help

Exit code 1 when it failed, or when redrive or discard left a dead letter that still waits.
Kafka: KAFKA_BROKERS, or else that of the runner with the same PORT_OFFSET.
`

export interface RedriveCommand {
  readonly verb: 'redrive'
  readonly topic: string
  readonly ids: readonly string[] | undefined
  readonly isDryRun: boolean
  readonly ratePerSecond: number | undefined
  readonly value: string | undefined
  readonly valueFile: string | undefined
}

export interface DiscardCommand {
  readonly verb: 'discard'
  readonly topic: string
  readonly ids: readonly string[] | undefined
  readonly reason: string
  readonly isYes: boolean
}

export interface SkipCommand {
  readonly verb: 'skip'
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly group: string
  readonly isYes: boolean
}

export type DlqCommand =
  | { readonly verb: 'help' }
  | { readonly verb: 'list' }
  | { readonly verb: 'show'; readonly topic: string; readonly id: string | undefined }
  | RedriveCommand
  | DiscardCommand
  | SkipCommand

const ID = /^\d{1,10}@\d{1,19}$/
const options = {
  all: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  rate: { type: 'string' },
  value: { type: 'string' },
  'value-file': { type: 'string' },
  reason: { type: 'string' },
  group: { type: 'string' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const
const parse = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options })
type Options = ReturnType<typeof parse>['values']

function assertIds(ids: readonly string[]) {
  const wrong = ids.filter((id) => !ID.test(id))
  if (wrong.length > 0) throw new Error(`${wrong.join(' ')} is no <partition>@<offset>, such as 0@7.`)
}

/** @returns undefined for all */
function chosenIds(ids: readonly string[], { all }: Options) {
  assertIds(ids)
  if (all === ids.length > 0) throw new Error('Name the dead letters (0@7 1@3) or use --all, not both.')
  return all ? undefined : ids
}

function parseRedrive(topic: string, ids: readonly string[], values: Options): RedriveCommand {
  const chosen = chosenIds(ids, values)
  if (values.value !== undefined && values['value-file'] !== undefined)
    throw new Error('Use --value or --value-file, not both.')
  const ratePerSecond = values.rate === undefined ? undefined : Number(values.rate)
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) throw new Error('--rate is a number above 0.')
  return {
    verb: 'redrive',
    topic,
    ids: chosen,
    isDryRun: values['dry-run'],
    ratePerSecond,
    value: values.value,
    valueFile: values['value-file'],
  }
}

function parseDiscard(topic: string, ids: readonly string[], values: Options): DiscardCommand {
  const chosen = chosenIds(ids, values)
  const { reason = '', yes } = values
  if (reason.trim() === '') throw new Error('Say why with --reason: it is shown with the dead letter.')
  return { verb: 'discard', topic, ids: chosen, reason, isYes: yes }
}

function parseSkip(topic: string, place: readonly string[], { group, yes }: Options): SkipCommand {
  const [partition = '', offset = '', ...more] = place
  if (!/^\d{1,10}$/.test(partition) || !/^\d{1,19}$/.test(offset) || more.length > 0)
    throw new Error('skip takes a topic, a partition and an offset: skip order-topic 3 1234 --group <group>.')
  if (group === undefined) throw new Error('Which consumer group? Name it with --group.')
  return {
    verb: 'skip',
    topic,
    partition: Number(partition),
    offset: BigInt(offset),
    group,
    isYes: yes,
  }
}

/** @throws Error that names the wrong argument */
export function parseDlqArguments(args: readonly string[]): DlqCommand {
  const { values, positionals } = parse(args)
  const [verb = 'help', topic, ...rest] = positionals
  if (values.help || verb === 'help') return { verb: 'help' }
  if (verb === 'list' && topic === undefined) return { verb }
  if (!['show', 'redrive', 'discard', 'skip'].includes(verb))
    throw new Error(`"${positionals.join(' ')}" is no command. See --help.`)
  if (topic === undefined) throw new Error(`${verb} which topic? npm run dlq -- list shows them.`)
  if (verb === 'redrive') return parseRedrive(topic, rest, values)
  if (verb === 'discard') return parseDiscard(topic, rest, values)
  if (verb === 'skip') return parseSkip(topic, rest, values)
  assertIds(rest)
  if (rest.length > 1) throw new Error('show takes one dead letter, or none for all.')
  return { verb: 'show', topic, id: rest[0] }
}
