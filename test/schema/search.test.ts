import { isFound as foundByHub } from '@patchbay/schema/provider-search.ts'
import { expect, test } from 'vitest'
import { isFound as foundOnPage } from '../../client/src/lib/components/provider/search.ts'

// The page filters what it has already, without asking; it may import nothing of the hub's, so the two are held together here.
test.each([
  ['Telr, Dubai', 'dubai TELR', true],
  ['Café Noor', 'cafe', true],
  ['اربط متجرك وأرسل الفواتير', 'ارسل', true],
  ['خدمة الفواتير', 'خدمه', true],
  ['على الطريق', 'علي', true],
  ['مُحَاسَبَة', 'محاسبة', true],
  ['anything', '', true],
  ['anything', 'any other', false],
])('P2: the hub and the page find alike: “%s” by “%s”', (text, words, expected) => {
  expect([foundByHub(text, words), foundOnPage(text, words)]).toEqual([expected, expected])
})
