import SweepModel
import Testing

@Suite struct SweepFileTextTests {
    @Test func keysStayInTheirOrderAndOnTheirLines() throws {
        var text = try SweepFileText(
            #"{"name": "a", "parameters": {"reg": {"values": [1e-1, 2]}, "epochs": {"value": 3}}, "seed": 5}"#)
        try text.set("parameters", "reg", json: #"{"value": 0.5}"#)
        try text.set("enqueue", json: #"[{"reg": 1}, {"reg": 2}]"#)
        text.set("name", text: "b\"c")
        text.remove("seed")
        #expect(
            text.text == """
                {
                  "name": "b\\"c",
                  "parameters": {
                    "reg": {"value": 0.5},
                    "epochs": {"value": 3}
                  },
                  "enqueue": [
                    {"reg": 1},
                    {"reg": 2}
                  ]
                }

                """)
        #expect(text.json(at: "parameters", "epochs") == #"{"value": 3}"#)
        #expect(text.json(at: "parameters", "momentum") == nil)
    }

    @Test func overridesAndYAMLAreTakenIn() throws {
        let text = try SweepFileText("name: x\nseed: 4", overrides: [SweepOverride(key: "seed", value: "9")])
        #expect(text.text == "{\n  \"name\": \"x\",\n  \"seed\": 9\n}\n")
        #expect(SweepFileText.mark(of: "a") != SweepFileText.mark(of: "b"))
    }

    @Test func whatIsNoJSONIsRefused() throws {
        var text = SweepFileText()
        #expect(throws: SweepFileError.self) { try text.set("a", json: "{") }
        #expect(throws: SweepFileError.self) { try SweepFileText("{\"a\": ") }
    }
}
