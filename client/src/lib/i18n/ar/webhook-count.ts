import { words } from '../words.ts'

const { plural } = words('ar')

/** "3 إشعارات" in all six forms. */
export const webhooks = (count: number) =>
  plural(count, {
    zero: 'لا إشعارات',
    one: 'إشعار واحد',
    two: 'إشعاران',
    few: '# إشعارات',
    many: '# إشعارًا',
    other: '# إشعار',
  })
