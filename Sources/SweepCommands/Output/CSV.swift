/// Comma-separated values as RFC 4180 quotes them, with line feeds at the ends of lines.
enum CSV {
    static func line(_ fields: [String]) -> String { fields.map(quote).joined(separator: ",") + "\n" }

    static func quote(_ field: String) -> String {
        guard field.utf8.contains(where: { byte in ",\"\r\n".utf8.contains(byte) }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
