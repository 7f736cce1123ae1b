import type { Tx } from '@patchbay/prisma/database.ts'

/** Channel on which workers hear that rules, channels or silences changed. Changes of alerts ring the live streams' own. */
export const alertsChannel = 'hub_alerts'

/** Makes the workers look again; rings when the change commits. */
export async function ringAlerts(tx: Pick<Tx, '$executeRaw'>): Promise<void> {
  await tx.$executeRaw`select pg_notify(${alertsChannel}, '')`
}
