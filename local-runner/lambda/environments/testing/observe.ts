import { eventsNamed } from '../../../testing/events-named.ts'
import { hostFiles } from '../../../testing/host-of.ts'
import type { EnvironmentKind } from '../start-environment.ts'
import type { Probe } from './probe.ts'

/** What cannot be alike is put aside: times, process ids, folders, and frames of Node.js and of the runtime. */
function normalize(text: string, taskRoot: string): string {
  const isForeign = (frame: string) => !frame.includes('<root>')
  return text
    .replaceAll(`file://${taskRoot}`, '<root>')
    .replaceAll(taskRoot, '<root>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]{12}Z/g, '<time>')
    .replace(/\(node:\d+\)/g, '(node:<pid>)')
    .replace(/,?" {4}at [^"]*"/g, (frame) => (isForeign(frame) ? '' : frame))
    .replace(/(\\n|\n|^) +at (?:[^"\\\n]|\\(?!n))*/g, (frame) => (isForeign(frame) ? '' : frame))
    .replace(/StreamingInvokeProcessor\.handler \(([^)]*)\)/g, '$1')
    .replace(/- [^\s"]*\/(aws-lambda-ric\/index|worker\/load-handler)\.mjs/g, '- <runtime>')
}

/** Without the four lines that Node.js puts above an error from its own code or the runtime's: its place, the line, a mark and an empty line. */
function withoutNodeSource(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) =>
    /^\[[^\]]*\] (node:|file:.*aws-lambda-ric|\/.*\/worker\/[\w-]+\.mjs:)/.test(line),
  )
  return start === -1 ? lines : withoutNodeSource([...lines.slice(0, start), ...lines.slice(start + 4)])
}

export interface Observation {
  readonly answers: readonly unknown[]
  /** Each with the request id that it is filed under. */
  readonly lines: readonly string[]
}

/** Runs a probe in an environment of one kind. */
export async function observe(
  { source, files = { 'index.cjs': source }, definition, calls = ['{}'] }: Probe,
  environment: (taskRoot: string) => EnvironmentKind,
): Promise<Observation> {
  const hosted = hostFiles({
    files,
    definition: { timeout: 10, memorySize: 256, ...definition },
    environment,
  })
  const answers: unknown[] = []
  for (const [index, payload] of calls.entries()) {
    const answer = await hosted.invoke(payload, { requestId: `r-${index + 1}` })
    answers.push(JSON.parse(normalize(JSON.stringify(answer), hosted.taskRoot)))
  }
  await hosted.stop()
  const lines = eventsNamed(hosted.events, 'log').flatMap(({ requestId, line }) => {
    const text = normalize(line, hosted.taskRoot)
    return text === '' && line !== '' ? [] : [`[${requestId}] ${text}`]
  })
  return { answers, lines: withoutNodeSource(lines) }
}
