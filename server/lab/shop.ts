/** What the make-believe shop sells: Noor Atelier, print on demand, Dubai. The vendors' twins agree on it. */
export const shop = {
  name: 'Noor Atelier',
  domain: 'noor-atelier.example',
  myshopify: 'noor-atelier.myshopify.com',
  email: 'orders@noor-atelier.example',
  city: 'Dubai',
} as const

/** Prices in fils. */
export const goods = [
  { sku: 'NA-TEE-CAL', title: 'T-shirt, calligraphy', price: 11_900, variants: ['S', 'M', 'L', 'XL'] },
  { sku: 'NA-HOOD-ROSE', title: 'Hoodie, desert rose', price: 24_900, variants: ['S', 'M', 'L', 'XL'] },
  { sku: 'NA-MUG-SKY', title: 'Mug, Dubai skyline', price: 6_500, variants: ['325 ml', '450 ml'] },
  { sku: 'NA-TOTE-ARA', title: 'Tote bag, arabesque', price: 8_900, variants: ['Sand', 'Night'] },
  { sku: 'NA-CAN-FAL', title: 'Canvas, falcon', price: 32_500, variants: ['30×40', '40×60', '60×90'] },
  { sku: 'NA-POS-DHOW', title: 'Poster, dhow at dusk', price: 9_500, variants: ['A3', 'A2'] },
  { sku: 'NA-CASE-GEO', title: 'Phone case, girih', price: 7_900, variants: ['15', '15 Pro', '16'] },
  { sku: 'NA-CUSH-PALM', title: 'Cushion, date palm', price: 13_900, variants: ['45 cm'] },
  { sku: 'NA-NOTE-STAR', title: 'Notebook, eight-pointed star', price: 5_900, variants: ['A5'] },
  { sku: 'NA-CAP-OUD', title: 'Cap, oud', price: 9_900, variants: ['One size'] },
  { sku: 'NA-APR-KAH', title: 'Apron, gahwa', price: 12_500, variants: ['One size'] },
  { sku: 'NA-BOT-WADI', title: 'Water bottle, wadi', price: 10_900, variants: ['500 ml', '750 ml'] },
] as const

export const people = [
  { name: 'Layla Al Mansoori', email: 'layla@example.com', city: 'Dubai', country: 'AE' },
  { name: 'Omar Haddad', email: 'omar@example.com', city: 'Abu Dhabi', country: 'AE' },
  { name: 'Aisha Rahman', email: 'aisha@example.com', city: 'Sharjah', country: 'AE' },
  { name: 'Yusuf Al Sabah', email: 'yusuf@example.com', city: 'Kuwait City', country: 'KW' },
  { name: 'Maryam Al Thani', email: 'maryam@example.com', city: 'Doha', country: 'QA' },
  { name: 'Daniel Fischer', email: 'daniel@example.com', city: 'Berlin', country: 'DE' },
  { name: 'Sara Al Otaibi', email: 'sara@example.com', city: 'Riyadh', country: 'SA' },
] as const
