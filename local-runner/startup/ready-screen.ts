import { API_PREFIX } from '../admin/api-prefix.ts'
import { shownValue } from '../config/secrets.ts'
import type { Manifest } from '../manifest/manifest.ts'

export interface ReadyScreenDeps {
  readonly manifest: Manifest
  readonly portOffset: number
  /** One line per server: what runs where. */
  readonly servers: readonly string[]
  readonly smtpUrl: string
  readonly adminPort: number
  readonly elapsedMs: number
}

const triggerLines = ({ http, kafka, schedule }: Manifest['functions'][number]['triggers']) => [
  ...http,
  ...kafka.map(({ topics, consumerGroupId }) => `topic ${topics[0]} (group ${consumerGroupId})`),
  ...schedule.map(({ scheduleExpression, scheduleExpressionTimezone, localRateMs }) => {
    const onAws = [scheduleExpression, scheduleExpressionTimezone].filter(Boolean).join(' ')
    return localRateMs === undefined ? onAws : `every ${localRateMs} ms (${onAws} on AWS)`
  }),
]

const urlLines = (config: Manifest['functions'][number]['functionUrlConfig'], portOffset: number) =>
  config ? [`function URL http://localhost:${config.localPort + portOffset} (${config.invokeMode})`] : []

/** One line each. */
export const triggersOf = (
  { triggers, functionUrlConfig }: Manifest['functions'][number],
  portOffset: number,
): readonly string[] => {
  const lines = [...triggerLines(triggers), ...urlLines(functionUrlConfig, portOffset)]
  return lines.length > 0 ? lines : ['no trigger']
}

/** The screen that shows what runs where and what to try. */
export function readyScreen({
  manifest,
  portOffset,
  servers,
  smtpUrl,
  adminPort,
  elapsedMs,
}: ReadyScreenDeps): string {
  const functions = manifest.functions.flatMap((definition) =>
    triggersOf(definition, portOffset).map((line, index) =>
      index === 0
        ? `  ${definition.name.padEnd(14)} http://localhost:${definition.port + portOffset}   ${line}`
        : `${' '.repeat(41)}${line}`,
    ),
  )
  const tryLine = manifest.api.try?.replace(
    /localhost:(\d+)/g,
    (_, port: string) => `localhost:${Number(port) + portOffset}`,
  )
  return [
    '',
    `Ready after ${(elapsedMs / 1000).toFixed(1)} s`,
    '',
    ...functions,
    '',
    ...servers.map((line) => `  ${line}`),
    `  Mail: ${shownValue('SMTP_URL', smtpUrl)}, caught mails at http://localhost:${adminPort}${API_PREFIX}/mails`,
    `  Health: http://localhost:${adminPort}/health/ready`,
    '',
    ...(tryLine === undefined ? [] : ['Try:', `  ${tryLine}`, '']),
    'Ctrl-C stops everything.',
    '',
  ].join('\n')
}
