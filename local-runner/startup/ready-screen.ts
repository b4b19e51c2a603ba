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
  ...schedule.map(({ scheduleExpression, localRateMs }) =>
    localRateMs === undefined ? scheduleExpression : `every ${localRateMs} ms (${scheduleExpression} on AWS)`,
  ),
]

/** One line each. */
export const triggersOf = (triggers: Manifest['functions'][number]['triggers']) => {
  const lines = triggerLines(triggers)
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
  const functions = manifest.functions.flatMap(({ name, port, triggers }) =>
    triggersOf(triggers).map((trigger, index) =>
      index === 0
        ? `  ${name.padEnd(14)} http://localhost:${port + portOffset}   ${trigger}`
        : `${' '.repeat(41)}${trigger}`,
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
