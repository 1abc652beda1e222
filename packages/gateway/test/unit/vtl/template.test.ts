// Templates in hands that mean no good: every one ends, none gets out.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createContext, toStageVariables } from "../../../src/mapping/context.ts";
import { createInput } from "../../../src/mapping/input-object.ts";
import { util } from "../../../src/mapping/util-object.ts";
import { compileTemplate } from "../../../src/vtl/template.ts";
import { TemplateError } from "../../../src/vtl/template-error.ts";
import { toValue, type Value } from "../../../src/vtl/values.ts";

const nothing = { header: new Map(), querystring: new Map(), path: new Map(), body: Buffer.alloc(0) };

function scopeOf(body: string): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ["input", createInput(body, nothing)],
    ["util", util],
    ["context", createContext({ requestId: "r1", identity: { sourceIp: "127.0.0.1", caller: null } }).value],
    ["stageVariables", toStageVariables({ v: "1" })],
    ["s", "abc"],
    ["l", toValue([1, "a", { k: "v" }])],
    ["m", toValue({ a: 1, b: { c: "d" } })],
  ]);
}

const render = (template: string, body = "{}") => compileTemplate(template).render(scopeOf(body));

/** What a template gives: its text, or that it was refused. Anything else is a fault of ours. */
function outcomeOf(template: string, body = "{}"): string {
  try {
    return render(template, body);
  } catch (error) {
    if (error instanceof TemplateError) return "refused";
    throw error;
  }
}

describe("a template never escapes", () => {
  const ways = [
    "$s.constructor",
    "$s.constructor.constructor",
    "$m.constructor",
    "$m.__proto__",
    "$l.__proto__.push",
    '$m["constructor"]',
    '$m["__proto__"]',
    '$m.get("__proto__")',
    "$util.constructor",
    "$input.__proto__",
    "$context.getClass()",
    "$s.getClass().forName('java.lang.Runtime')",
    "$s.class",
    "$util.escapeJavaScript.constructor",
    "$input.json.call",
    "$foreach.constructor",
    "$l.map",
    "$l.length",
    "$m.size",
    "$process",
    "$globalThis",
    "$require('fs')",
    "$this",
  ];
  test.each(ways)("%s is unknown and prints as it was written", (way) => {
    expect(render(`[${way}]`)).toBe(`[${way}]`);
  });

  test("what $context does not know is empty, whatever it is called", () => {
    expect(render("[$context.constructor][$context.__proto__][$stageVariables.toString]")).toBe("[][][]");
  });

  test("what it puts under a dangerous name stays in its own map", () => {
    expect(render('#set($m.__proto__ = "x")#set($m["constructor"] = "y")$m.__proto__ $m.constructor')).toBe(
      "x y",
    );
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    expect(render('#set($o = $util.parseJson(\'{"__proto__": {"polluted": 1}}\'))$o')).toContain("polluted");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("other files are out of reach", () => {
    for (const directive of ["#include('x')", "#parse('x')", "#evaluate('x')"]) {
      expect(() => compileTemplate(directive)).toThrow("is not available");
    }
  });
});

describe("a template never hangs", () => {
  const bombs = [
    "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])x#end#end#end",
    '#set($s = "ab")#foreach($i in [1..60])#set($s = "$s$s")#end$s',
    '#set($s = "ab")#foreach($i in [1..60])#set($s = $s + $s)#end$s',
    '#set($s = "ab")#foreach($i in [1..60])#set($s = $s.concat($s))#end$s',
    "#set($l = [1])#foreach($i in [1..60])#set($l = [$l, $l])#end$l",
    "#set($l = [1])#foreach($i in [1..60])#set($l = [$l, $l])#end#if($l == $m)x#end",
    "#set($x = $l.add($l))$l",
    '#set($x = $m.put("self", $m))$m',
    "#foreach($i in [1..100])#set($x = $l.addAll($l))#end$l.size()",
    "#macro(again)#again()#end#again()",
    "#macro(two)#two()#two()#end#two()",
    "#set($r = [1..99999999])$r.size()",
    '#set($x = "a".repeat(999999999))'.replace('"a"', "$s"),
    "$s.replaceAll('', $s.repeat(100000)).replaceAll('', $s.repeat(100000))",
    "#foreach($i in [1..1000])$s.repeat(1000000)#end",
    "$s.repeat(10).replaceAll('(a|ab|b|bc|c)+d', '')",
    "$input.path('$.v').replaceAll('(a+)+$', '')",
    "$input.path('$.v').matches('(a|a)*b')",
    "$input.path('$.v').split('(.*a){12}b').size()",
    '$input.path("$..*..*..*..*")',
    "$s.replaceAll($s.repeat(1000000), '')",
    "$s.matches($s.repeat(3000))",
    "$input.path($s.repeat(1000000))",
    "#foreach($i in [1..1000])#set($x = $input.path('$.p' + $i + $s.repeat(3000)))#end",
    '$input.path("$[?(@.v =~ /(a+)+b/)]")',
  ];
  test.each(bombs)("%s", { timeout: 20_000 }, (bomb) => {
    outcomeOf(bomb, JSON.stringify({ v: "a".repeat(60) }));
  });

  test("a payload that is nested without end", () => {
    const deep = `${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}`;
    expect(outcomeOf("$input.path('$')", deep)).toBe("refused");
    expect(outcomeOf(`$input.json("$${"[0]".repeat(1_000)}")`, "[]")).toBe('""');
    expect(render("$input.body.length()", deep)).toBe("4000000");
  });

  test("a template that is nested without end", () => {
    expect(() => compileTemplate("#if(true)".repeat(10_000))).toThrow(TemplateError);
    expect(() => compileTemplate(`#set($x = ${"(".repeat(100_000)}`)).toThrow(TemplateError);
    expect(() => compileTemplate(`$a${".b($a".repeat(50_000)}`)).toThrow(TemplateError);
    expect(() => compileTemplate(`#set($x = ${"!".repeat(100_000)}true)`)).toThrow(TemplateError);
  });

  test("no template is over 300 KB", () => {
    expect(() => compileTemplate("x".repeat(307_201))).toThrow("300 KB");
    expect(compileTemplate("x".repeat(307_200)).render(new Map())).toHaveLength(307_200);
  });
});

/** Pieces of templates, good and broken, in any order. */
const pieces = [
  "$",
  "${",
  "$!{",
  "$s",
  "$m.a",
  "$l[0]",
  "$l[",
  "$util.parseJson('{')",
  "$input.path('$..a')",
  "$input.json('$[')",
  "$context.requestOverride.header.put('a', 'b')",
  "#set($x = ",
  "#set($m.a = $l)",
  "#set($l[0] = $m)",
  "#if(",
  "#if($s)",
  "#elseif($x)",
  "#else",
  "#{else}",
  "#end",
  "#foreach($i in $l)",
  "#foreach($e in $m.entrySet())$e.key",
  "#macro(f $a)",
  "#f($l)",
  "#break",
  "#stop",
  "##",
  "#*",
  "*#",
  "#[[",
  "]]#",
  "\\",
  "\\\\$s",
  '"',
  "'",
  "(",
  ")",
  "[1..9]",
  "{'a': 1}",
  ".replaceAll('(', '$')",
  ".split('')",
  ".substring(9)",
  " + 1 / 0 % 0 == !$nope && -$s",
  "..",
  ":",
  ",",
  "\n",
  "\u{1f4a3}",
  "__proto__",
  ".constructor(",
];

test("any text at all is a template, or is refused", { timeout: 60_000 }, () => {
  const text = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((all) => all.join("")),
    },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  );
  fc.assert(
    fc.property(text, fc.json(), (template, body) => {
      expect(typeof outcomeOf(template, body)).toBe("string");
    }),
    { numRuns: 2_000 },
  );
});

test("plain text passes unchanged", () => {
  const plain = fc.string({ unit: "grapheme", maxLength: 200 }).filter((text) => !/[$#\\]/.test(text));
  fc.assert(fc.property(plain, (text) => render(text) === text));
});

test("JSON that goes through a template comes out as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const body = JSON.stringify(value);
      expect(JSON.parse(render("$input.json('$')", body))).toEqual(JSON.parse(body));
    }),
  );
});
