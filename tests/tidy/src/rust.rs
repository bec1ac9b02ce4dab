//! What stands in a Rust file: functions, unwraps, names that it uses, modules that it declares.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Block, ExprMethodCall, File, ImplItemFn, ItemFn, ItemMod, Macro, Meta, Path, Signature, TraitItemFn,
    UseTree, spanned::Spanned, visit, visit::Visit,
};

/// What was found in one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustFile {
    /// Functions, in the order in which they stand.
    pub functions: Vec<Function>,
    /// Lines of `unwrap` and `expect` outside `#[cfg(test)]`.
    pub unwraps: Vec<usize>,
    /// Paths that are used outside `#[cfg(test)]`, such as `std::fs::File`, with their line.
    pub names: Vec<(String, usize)>,
    /// Modules that stand in files of their own.
    pub modules: Vec<Module>,
    /// Lines inside `#[cfg(test)]`.
    pub test_lines: usize,
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub line: usize,
    /// From `fn` to the closing brace.
    pub lines: usize,
}

/// A declaration `mod name;`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its path inside the file: `a/b` for `mod a { mod b; }`.
    pub path: String,
    /// What `#[path = "…"]` says.
    pub file: Option<String>,
    /// Whether it is compiled for tests alone.
    pub test: bool,
}

/// Reads a Rust file.
///
/// # Errors
/// The line and the reason when it does not parse.
pub fn parse(text: &str) -> Result<RustFile, (usize, String)> {
    let file: File = syn::parse_file(text).map_err(|error| (error.span().start().line, error.to_string()))?;
    let mut reader = Reader::default();
    reader.visit_file(&file);
    Ok(reader.found)
}

#[derive(Default)]
struct Reader {
    found: RustFile,
    inside: Vec<String>,
    test: bool,
}

impl Reader {
    fn function(&mut self, signature: &Signature, block: &Block) {
        let line = signature.fn_token.span().start().line;
        let lines = block.brace_token.span.close().end().line + 1 - line;
        self.found.functions.push(Function { name: signature.ident.to_string(), line, lines });
    }

    fn name(&mut self, name: String, line: usize) {
        if !self.test {
            self.found.names.push((name, line));
        }
    }

    fn unwrap(&mut self, line: usize) {
        if !self.test {
            self.found.unwraps.push(line);
        }
    }

    fn within_test(&mut self, attributes: &[Attribute], lines: usize, visit: impl FnOnce(&mut Self)) {
        let before = self.test;
        self.test |= attributes.iter().any(is_for_tests);
        if self.test && !before {
            self.found.test_lines += lines;
        }
        visit(self);
        self.test = before;
    }

    fn use_tree(&mut self, before: &str, tree: &UseTree) {
        let line = tree.span().start().line;
        match tree {
            UseTree::Path(path) => self.use_tree(&format!("{before}{}::", path.ident), &path.tree),
            UseTree::Name(name) => self.name(format!("{before}{}", name.ident), line),
            UseTree::Rename(name) => self.name(format!("{before}{}", name.ident), line),
            UseTree::Glob(_) => self.name(format!("{before}*"), line),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(before, tree)),
        }
    }

    /// Inside a macro only tokens are known: `a::b` is still a path, `.unwrap(` still a call.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut name = String::new();
        let mut after_dot = false;
        for token in tokens {
            let line = token.span().start().line;
            match &token {
                TokenTree::Ident(ident) => {
                    if after_dot && is_unwrap(&ident.to_string()) {
                        self.unwrap(line);
                    }
                    if !name.ends_with("::") {
                        self.end_name(&mut name, line);
                    }
                    name.push_str(&ident.to_string());
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => name.push(':'),
                TokenTree::Group(group) => {
                    self.end_name(&mut name, line);
                    self.tokens(group.stream());
                }
                _ => self.end_name(&mut name, line),
            }
            after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
        }
        self.end_name(&mut name, 0);
    }

    fn end_name(&mut self, name: &mut String, line: usize) {
        if !name.is_empty() {
            self.name(std::mem::take(name), line);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.sig, &item.block);
        self.within_test(&item.attrs, lines_of(item), |reader| visit::visit_item_fn(reader, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.sig, &item.block);
        self.within_test(&item.attrs, lines_of(item), |reader| visit::visit_impl_item_fn(reader, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.inside.push(item.ident.to_string());
        self.within_test(&item.attrs, lines_of(item), |reader| {
            if item.content.is_none() {
                let (path, file, test) = (reader.inside.join("/"), path_attribute(&item.attrs), reader.test);
                reader.found.modules.push(Module { path, file, test });
            }
            visit::visit_item_mod(reader, item);
        });
        self.inside.pop();
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.name(segments.join("::"), path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_use_tree(&mut self, tree: &'ast UseTree) {
        self.use_tree("", tree);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if is_unwrap(&call.method.to_string()) {
            self.unwrap(call.method.span().start().line);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}

fn is_unwrap(method: &str) -> bool {
    matches!(method, "unwrap" | "expect" | "unwrap_err" | "expect_err")
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let inside = match &attribute.meta {
        Meta::Path(path) => return path.segments.last().is_some_and(|last| last.ident == "test"),
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string().replace(' ', ""),
        _ => return false,
    };
    inside == "test" || inside.starts_with("all(test,")
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

fn lines_of(item: &impl Spanned) -> usize {
    let span = item.span();
    span.end().line + 1 - span.start().line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_as_long_as_from_its_name_to_its_last_brace() {
        let found = parse("/// Doc.\npub fn a() {\n}\nimpl B { fn c(&self) -> u8 {\n1\n}\n}\n").unwrap();
        let lengths: Vec<(&str, usize)> = found.functions.iter().map(|f| (f.name.as_str(), f.lines)).collect();
        assert_eq!(lengths, [("a", 2), ("c", 3)]);
    }

    #[test]
    fn unwraps_are_found_in_calls_and_in_macros_and_not_in_tests() {
        let text = "fn a() { b.unwrap(); }\nfn c() { vec![d.expect(\"e\")]; }\n#[cfg(test)]\nmod tests { fn f() { g.unwrap(); } }";
        assert_eq!(parse(text).unwrap().unwraps, [1, 2]);
    }

    #[test]
    fn the_lines_of_test_modules_are_counted_once() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n#[test]\nfn b() {\n}\n}\n";
        assert_eq!(parse(text).unwrap().test_lines, 6);
    }

    #[test]
    fn names_come_from_groups_of_uses_from_paths_and_from_macros() {
        let names = parse("use std::{fs, io::Read};\nfn a() { std::env::var(\"B\"); c!(std::net::D); }").unwrap().names;
        let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        for name in ["std::fs", "std::io::Read", "std::env::var", "std::net::D"] {
            assert!(names.contains(&name), "{name} is missing in {names:?}");
        }
    }

    #[test]
    fn modules_keep_their_place_their_file_and_whether_they_are_tests() {
        let text = "mod a;\nmod b { #[path = \"elsewhere.rs\"] mod c; }\n#[cfg(test)]\nmod tests;";
        let module =
            |path: &str, file: Option<&str>, test| Module { path: path.into(), file: file.map(Into::into), test };
        let expected =
            [module("a", None, false), module("b/c", Some("elsewhere.rs"), false), module("tests", None, true)];
        assert_eq!(parse(text).unwrap().modules, expected);
    }

    #[test]
    fn a_file_that_does_not_parse_says_where() {
        assert_eq!(parse("fn a() {}\nfn {").unwrap_err().0, 2);
    }
}
