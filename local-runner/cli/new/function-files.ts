import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format } from 'prettier'
import { functionDefinition } from '../../manifest/function-definition.ts'
import type { NewFunction } from './new-arguments.ts'
import { consumerGroup } from './project.ts'
import { renderTemplate } from './render-template.ts'
import { routeUses } from './route-uses.ts'
import { templateValues } from './template-values.ts'

const TEMPLATES = join(import.meta.dirname, 'template')
const ORDER_TOPIC = 'order-topic'

/** The files of a new function by name, formatted. @throws Error when a rule of function.json is broken */
export async function functionFiles(
  wanted: NewFunction,
  port: number,
  prettierOptions: object,
): Promise<ReadonlyMap<string, string>> {
  const definition = toDefinition(wanted, port)
  const parsed = functionDefinition.safeParse(definition)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new Error(`This function breaks rules of AWS:\n${lines.join('\n')}\nGive other arguments.`)
  }
  const texts = new Map([['function.json', JSON.stringify(definition)]])
  if (wanted.topics.length > 0) texts.set('topics.json', JSON.stringify(deadLetterTopics(wanted)))
  for (const [file, text] of await renderAll(wanted, port)) texts.set(file, text)
  const formatted = new Map<string, string>()
  for (const [file, text] of texts) {
    formatted.set(file, await format(text, { ...prettierOptions, filepath: file }))
  }
  return formatted
}

function toDefinition({ name, topics, routes }: NewFunction, port: number) {
  return {
    $schema: '../../local-runner/manifest/function.schema.json',
    name,
    port,
    memorySize: 512,
    timeout: 30,
    ...(topics.length > 0 && {
      environment: ['REDIS_URL', 'KAFKA_BROKERS'],
      optionalEnvironment: [
        'KAFKA_SSL',
        'KAFKA_SASL_MECHANISM',
        'KAFKA_SASL_USERNAME',
        'KAFKA_SASL_PASSWORD',
      ],
    }),
    triggers: {
      ...(routes.length > 0 && { http: routes }),
      ...(topics.length > 0 && {
        kafka: topics.map((topic, index) => ({
          topics: [topic],
          consumerGroupId: consumerGroup(name, topic, index),
          startingPosition: 'TRIM_HORIZON',
          batchSize: 100,
          maximumBatchingWindowInSeconds: 0,
          functionResponseTypes: ['ReportBatchItemFailures'],
          provisionedPollerConfig: { minimumPollers: 1, maximumPollers: 4 },
        })),
      }),
    },
  }
}

/** A dead letter is its record with more headers, so the topic takes more than Kafka's default of 1 MiB. */
const deadLetterTopics = ({ name, topics }: NewFunction) =>
  topics.map((topic) => ({
    name: `${topic}.${name}.dlq`,
    numPartitions: 3,
    configEntries: { 'retention.ms': '1209600000', 'max.message.bytes': '2097152' },
  }))

async function renderAll(wanted: NewFunction, port: number): Promise<ReadonlyMap<string, string>> {
  const { name, topics, routes } = wanted
  const uses = routeUses(wanted)
  const kafka = topics.length > 0
  const orders = topics.includes(ORDER_TOPIC)
  const otherTopic = topics.find((topic) => topic !== ORDER_TOPIC)
  const others = otherTopic !== undefined
  const flags = {
    kafka,
    orders,
    others,
    mixed: orders && others,
    http: routes.length > 0,
    reads: uses.some(({ parameter }) => parameter !== undefined),
    stubs: uses.some(({ parameter }) => parameter === undefined),
    bodies: routes.some((route) => /^(POST|PUT|PATCH) /.test(route)),
  }
  const values = templateValues(wanted, uses, {
    port,
    subject: others ? 'subject' : 'orderId',
    otherTopic,
  })
  const rendered = new Map<string, string>()
  for (const file of await readdir(TEMPLATES)) {
    if (!kafka && /-event/.test(file)) continue
    if (!others && file.startsWith('read-event')) continue
    const template = await readFile(join(TEMPLATES, file), 'utf8')
    rendered.set(
      file.replace(/^name-/, `${name}-`).replace(/\.txt$/, ''),
      renderTemplate(template, flags, values),
    )
  }
  return rendered
}
