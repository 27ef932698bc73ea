import HTTPTypes

/// Which fields of a message go on to the other side.
enum HeaderRules {
    /// Fields that speak of one connection only (RFC 9110, 7.6.1).
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    /// Fields that the browser means for us: cookies of everything on this host, and where the request comes from.
    private static let ours: Set<String> = [
        "cookie", "host", "expect", "content-length", "origin", "referer", "sec-fetch-site", "sec-fetch-mode",
        "sec-fetch-dest", "sec-fetch-user",
    ]

    static func request(_ fields: HTTPFields) -> [(name: String, value: String)] {
        let named = named(in: fields[values: .connection])
        return fields.compactMap { field in
            let name = field.name.canonicalName
            return hopByHop.contains(name) || ours.contains(name) || named.contains(name)
                ? nil : (field.name.rawName, field.value)
        }
    }

    /// The length stays, so that a download shows how far it is.
    static func response(_ fields: [(name: String, value: String)]) -> HTTPFields {
        let named = named(in: fields.filter { $0.name.lowercased() == "connection" }.map(\.value))
        var result = HTTPFields()
        for (rawName, value) in fields {
            guard let name = HTTPField.Name(rawName) else { continue }
            let isDropped =
                hopByHop.contains(name.canonicalName) || named.contains(name.canonicalName)
                || name.canonicalName == "set-cookie"
            if !isDropped { result.append(HTTPField(name: name, value: value)) }
        }
        return result
    }

    /// Keeps pages on other ports of this host from embedding an answer.
    static func protect(_ fields: inout HTTPFields) {
        for (name, value) in [
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ] {
            if let name = HTTPField.Name(name), fields[name] == nil { fields[name] = value }
        }
    }

    private static func named(in values: [String]) -> Set<String> {
        Set(
            values.flatMap { $0.split(separator: ",") }.map { part in
                part.lowercased().filter { $0 != " " && $0 != "\t" }
            })
    }
}
