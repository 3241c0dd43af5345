'use strict';

const SOURCE = 'shop';
const SHOWN_CHANGES = 80;
const SPARK_SECONDS = 60;

const $ = id => document.getElementById(id);
const number = new Intl.NumberFormat('en');
const money = new Intl.NumberFormat('en', {style: 'currency', currency: 'EUR', maximumFractionDigits: 0});

/* ---- theme ---- */
const theme = {
  use(name) { document.documentElement.dataset.theme = name; },
  now() { return document.documentElement.dataset.theme; },
};
theme.use(localStorage.getItem('theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
$('theme').onclick = () => {
  theme.use(theme.now() === 'dark' ? 'light' : 'dark');
  localStorage.setItem('theme', theme.now());
};

/* ---- the live list: drawn once per frame, however many changes arrive ---- */
let waiting = [];
let lastNumber = 0;
let missed = 0;
let arrived = 0;
const perSecond = new Array(SPARK_SECONDS).fill(0);

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function describe(change) {
  const c = change.columns;
  if (change.operation === 'DELETE') return [element('i', '', 'gone')];
  if (change.table.endsWith('.orders')) {
    return [element('b', c.status, c.status), ` · €${c.total} · `, element('i', '', (c.items || '').replace(/[{}"]/g, '').replace(',', ', '))];
  }
  return Object.entries(c).slice(1, 4).flatMap(([name, value]) => [element('i', '', name + ' '), `${value ?? 'NULL'}  `]);
}

function line(change) {
  const dot = change.table.indexOf('.') + 1;
  return element('li', 'fresh',
    element('span', `op ${change.operation}`, change.operation),
    element('span', 'key', element('span', '', change.table.slice(dot) + ' '), element('b', '', change.key ?? '')),
    element('span', 'text', ...describe(change)),
    element('span', 'delay', `${number.format(change.delayMillis)} ms`),
    element('span', 'at mono', change.offset));
}

function draw() {
  const list = $('changes');
  const batch = waiting.slice(-SHOWN_CHANGES);
  waiting = [];
  list.querySelector('.empty')?.remove();
  list.prepend(...batch.reverse().map(line));
  while (list.children.length > SHOWN_CHANGES) list.lastChild.remove();
  $('missed').textContent = missed ? `${number.format(missed)} not shown: this page was too slow` : '';
}

function receive(batch) {
  for (const change of batch) {
    if (lastNumber && change.number > lastNumber + 1) missed += change.number - lastNumber - 1;
    lastNumber = change.number;
  }
  arrived += batch.length;
  $('delay').textContent = `${number.format(batch[batch.length - 1].delayMillis)} ms`;
  if (!waiting.length) requestAnimationFrame(draw);
  waiting.push(...batch);
  if (waiting.length > 4 * SHOWN_CHANGES) waiting = waiting.slice(-SHOWN_CHANGES); // a hidden page draws nothing
}

function listen() {
  const changes = new EventSource('/api/changes');
  let first = true;
  changes.onopen = () => {
    lastNumber = 0;
    first = true;
    $('changes').replaceChildren();
  };
  changes.addEventListener('changes', event => {
    receive(JSON.parse(event.data));
    if (first) arrived = 0; // the first batch is what happened before
    first = false;
  });
  changes.onerror = () => {
    // A refused request ends an EventSource for good; a broken one is opened again by the browser.
    if (changes.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  };
}

function spark() {
  perSecond.push(arrived);
  perSecond.shift();
  arrived = 0;
  const last = perSecond.slice(-3);
  $('rate').textContent = number.format(Math.round(last.reduce((a, b) => a + b) / last.length));
  const top = Math.max(10, ...perSecond) * 1.15;
  const points = perSecond.map((value, i) => `${(i * 240 / (SPARK_SECONDS - 1)).toFixed(1)} ${(56 - value * 56 / top).toFixed(1)}`);
  $('spark').querySelector('.line').setAttribute('d', 'M' + points.join('L'));
  $('spark').querySelector('.area').setAttribute('d', `M0 56L${points.join('L')}L240 56Z`);
}

/* ---- state, totals, buttons ---- */
const DOTS = {healthy: 'good', idle: 'good', standby: 'warn', not_running: 'warn', stalled: 'bad', failed: 'bad'};
const NEXT_ACTION = {PAUSED: 'resume', STOPPED: 'start', FAILED: 'start'};
let state = '';

function duration(millis) {
  return millis < 1000 ? `${millis} ms` : millis < 60000 ? `${(millis / 1000).toFixed(1)} s` : `${(millis / 60000).toFixed(1)} min`;
}

function showSource(source) {
  state = source.state;
  $('state').textContent = state.charAt(0) + state.slice(1).toLowerCase();
  $('dot').className = 'dot ' + (state === 'PAUSED' || state === 'RECONNECTING' ? 'warn' : DOTS[source.verdict] || '');
  $('verdict').textContent = [source.verdict.replace('_', ' '), source.reason, source.action].filter(Boolean).join(' · ');
  $('lag').textContent = duration(source.lagMs);
  $('offset').textContent = source.offset ?? 'none yet';
  $('committed').textContent = number.format(source.committedCount);
  showSnapshot(source.snapshot);
  const action = NEXT_ACTION[state] || 'pause';
  $('pause').textContent = action.charAt(0).toUpperCase() + action.slice(1);
  $('pause').disabled = false;
}

/* ---- rows that existed before: a bar while they are read, of unknown length when there is no estimate ---- */
function showSnapshot(snapshot) {
  const table = snapshot && snapshot.tables.find(each => each.phase === 'pending');
  $('snapshot').hidden = !table;
  if (!table) return;
  const bar = $('snapshot').querySelector('.bar');
  const percent = snapshot.percent ?? table.percent;
  const known = percent !== undefined && percent !== null;
  $('reading').textContent = [
    `${snapshot.paused ? 'Paused at' : 'Reading'} ${table.table}`,
    `${number.format(table.rows)} rows`,
    known ? `${percent} %` : '',
  ].filter(Boolean).join(' · ');
  bar.classList.toggle('unknown', !known);
  bar.firstElementChild.style.width = known ? `${percent}%` : '100%';
  if (known) bar.setAttribute('aria-valuenow', percent); else bar.removeAttribute('aria-valuenow');
}

function showUnreachable() {
  $('state').textContent = 'Unreachable';
  $('dot').className = 'dot bad';
  $('verdict').textContent = 'the shop does not answer';
  $('pause').disabled = true;
}

function showTotals(totals) {
  $('orders').textContent = number.format(totals.orders);
  $('revenue').textContent = money.format(totals.revenue);
  const most = Math.max(1, ...Object.values(totals.byStatus));
  $('statuses').replaceChildren(...Object.entries(totals.byStatus).map(([status, count]) => {
    const filled = element('span', '');
    filled.style.width = `${100 * count / most}%`;
    return element('li', '', status.charAt(0) + status.slice(1).toLowerCase(), element('span', 'bar', filled),
      element('output', '', number.format(count)));
  }));
}

async function json(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error((await response.json()).message || response.statusText);
  return response.json();
}

async function refresh() {
  try {
    showSource(await json('/actuator/cdc/' + SOURCE));
    showTotals(await json('/api/totals'));
  } catch (unreachable) {
    showUnreachable();
  }
}

$('pause').onclick = async () => {
  $('pause').disabled = true;
  try {
    showSource(await json('/actuator/cdc/' + SOURCE, {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({action: NEXT_ACTION[state] || 'pause'}),
    }));
  } catch (refused) {
    $('verdict').textContent = refused.message;
    $('pause').disabled = false;
  }
};

$('verify').onclick = async () => {
  const result = $('comparison');
  $('verify').disabled = true;
  result.className = 'note';
  result.textContent = 'Holding the writer, waiting for the last change…';
  try {
    const found = await json('/api/verify?patience=10');
    result.className = 'note ' + (found.equal ? 'equal' : 'different');
    result.textContent = found.equal
      ? `Equal: ${number.format(found.orders)} orders, the same hash over every column (${found.ordersHash.slice(0, 8)}).`
      : `Different: ${number.format(found.orders)} orders, ${number.format(found.summaries)} in the read model; first differing order ${found.differing[0]}.`;
  } catch (refused) {
    result.textContent = 'It could not be compared: ' + refused.message;
  }
  $('verify').disabled = false;
};

listen();
refresh();
setInterval(() => { spark(); refresh(); }, 1000);
