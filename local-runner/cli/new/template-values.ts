import type { NewFunction } from './new-arguments.ts'
import { consumerGroup } from './project.ts'
import { pathOf, placeholder, type RouteUse } from './route-uses.ts'

export interface TemplateContext {
  readonly port: number
  /** What an event is recorded under, as an identifier of the code. */
  readonly subject: string
  /** The first topic that has other events than those of orders. */
  readonly otherTopic: string | undefined
}

const code = (text: string) => `\`${text}\``
const literal = (text: string) => `'${text.replaceAll("'", "\\'")}'`

/** The path that asks for the event which the test of the handler feeds. */
const testPath = (use: RouteUse) =>
  pathOf(use, (parameter) => (parameter === use.parameter ? 'ord_1' : 'any'))

export function templateValues(
  { name, topics }: NewFunction,
  uses: readonly RouteUse[],
  { port, subject, otherTopic = '' }: TemplateContext,
): Readonly<Record<string, string>> {
  const reads = uses.filter(({ parameter }) => parameter !== undefined)
  const stubs = uses.filter(({ parameter }) => parameter === undefined)
  const pascal = name.replace(/(^|-)(.)/g, (_, _hyphen, letter: string) => letter.toUpperCase())
  const deadLetters = topics.map((topic) => code(`${topic}.${name}.dlq`)).join(', ')
  const [firstRead] = reads
  return {
    name,
    Name: pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    subject,
    otherTopic,
    topics: topics.map(code).join(', '),
    deadLetterTopics: deadLetters,
    triggeredBy:
      topics
        .map((topic, index) => `${code(topic)} (consumer group ${code(consumerGroup(name, topic, index))})`)
        .join(', ') || 'HTTP only',
    answers: uses.map(({ routeKey }) => code(routeKey)).join(', '),
    curls: uses
      .map((use) =>
        `curl -X ${use.method} 'localhost:${port}${pathOf(use, placeholder)}'`.replace('-X GET ', ''),
      )
      .join('\n'),
    routes: uses
      .map(
        ({ routeKey, parameter }) =>
          `${literal(routeKey)}: ${parameter === undefined ? 'notImplemented' : `listBy(${literal(parameter)})`},`,
      )
      .join('\n'),
    readPaths: reads.map((use) => literal(testPath(use))).join(', '),
    parameter: firstRead?.parameter ?? '',
    wrongPath: firstRead ? pathOf(firstRead, () => '-') : '',
    stubCalls: stubs
      .map((use) => `[${literal(use.method === 'ANY' ? 'GET' : use.method)}, ${literal(testPath(use))}]`)
      .join(', '),
  }
}
