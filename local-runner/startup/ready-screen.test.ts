import { expect, test } from 'vitest'
import { parseManifest } from '../manifest/manifest.ts'
import { readyScreen } from './ready-screen.ts'

test('the ready screen shows schedules with their time zone and where a function URL is', () => {
  const manifest = parseManifest({
    functions: [
      {
        name: 'order',
        port: 8081,
        handler: 'index.handler',
        buildId: 'x',
        functionUrlConfig: { localPort: 8091, authType: 'NONE', invokeMode: 'RESPONSE_STREAM' },
        triggers: {
          schedule: [
            { scheduleExpression: 'cron(0 8 ? * MON-FRI *)', scheduleExpressionTimezone: 'Europe/Berlin' },
          ],
        },
      },
    ],
    topics: [],
    api: { stage: '$default' },
  })
  const screen = readyScreen({
    manifest,
    portOffset: 100,
    servers: [],
    smtpUrl: 'smtp://localhost',
    adminPort: 8180,
    elapsedMs: 1,
  })
  expect(screen).toContain('http://localhost:8181   cron(0 8 ? * MON-FRI *) Europe/Berlin\n')
  expect(screen).toContain(' function URL http://localhost:8191 (RESPONSE_STREAM)\n')
})
