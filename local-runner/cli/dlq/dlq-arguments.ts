import { parseArgs } from 'node:util'

export const DLQ_HELP = `Dead letters: records that a function rejected permanently (<topic>.<function>.dlq) or a mapping discarded (.failed).

  npm run dlq -- list                                 dead-letter topics, and how many dead letters wait in each
  npm run dlq -- show <topic> [<partition>@<offset>]  all dead letters of a topic, or one in full
  npm run dlq -- redrive <topic> <partition>@<offset>...
  npm run dlq -- redrive <topic> --all                back to their original topics, once each

  --dry-run            print what would be redriven, in order, and do nothing
  --rate <n>           at most n records a second
  --value <text>       send this value instead, for one dead letter
  --value-file <path>  the same, from a file
  --help

Kafka: KAFKA_BROKERS, or else that of the runner with the same PORT_OFFSET.
`

export type DlqCommand =
  | { readonly verb: 'help' }
  | { readonly verb: 'list' }
  | { readonly verb: 'show'; readonly topic: string; readonly id: string | undefined }
  | {
      readonly verb: 'redrive'
      readonly topic: string
      readonly ids: readonly string[] | undefined
      readonly isDryRun: boolean
      readonly ratePerSecond: number | undefined
      readonly value: string | undefined
      readonly valueFile: string | undefined
    }

const ID = /^\d+@\d+$/

/** @throws Error that names the wrong argument */
export function parseDlqArguments(args: readonly string[]): DlqCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      rate: { type: 'string' },
      value: { type: 'string' },
      'value-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [verb = 'help', topic, ...ids] = positionals
  if (values.help || verb === 'help') return { verb: 'help' }
  if (verb === 'list' && topic === undefined) return { verb }
  if (verb !== 'show' && verb !== 'redrive')
    throw new Error(`"${positionals.join(' ')}" is no command. See --help.`)
  if (topic === undefined) throw new Error(`${verb} which topic? npm run dlq -- list shows them.`)
  const wrong = ids.filter((id) => !ID.test(id))
  if (wrong.length > 0) throw new Error(`${wrong.join(' ')} is no <partition>@<offset>, such as 0@7.`)
  if (verb === 'show') {
    if (ids.length > 1) throw new Error('show takes one dead letter, or none for all.')
    return { verb, topic, id: ids[0] }
  }
  if (values.all === ids.length > 0)
    throw new Error('Name the dead letters (0@7 1@3) or use --all, not both.')
  if (values.value !== undefined && values['value-file'] !== undefined)
    throw new Error('Use --value or --value-file, not both.')
  const ratePerSecond = values.rate === undefined ? undefined : Number(values.rate)
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) throw new Error('--rate is a number above 0.')
  return {
    verb,
    topic,
    ids: values.all ? undefined : ids,
    isDryRun: values['dry-run'],
    ratePerSecond,
    value: values.value,
    valueFile: values['value-file'],
  }
}
