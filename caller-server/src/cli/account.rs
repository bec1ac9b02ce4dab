//! `caller-server account …`
//!
//! A name is checked before a password is asked for: nobody types one for nothing.

use clap::Subcommand;

use super::{Complaint, Console, Which};
use crate::{
    clock::{Source, System},
    gate::accounts::{Accounts, Role},
};

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Add somebody; asks for a password of 8 characters or more · 添加账户（密码至少8个字符）
    Add {
        /// How they are called, also in the journal · 姓名，也会写入日志
        name: String,
        /// What they may do · 角色：clerk 受理员，manager 管理员
        #[arg(long)]
        role: Role,
        #[command(flatten)]
        password: Password,
        #[command(flatten)]
        which: Which,
    },
    /// List everybody · 列出账户
    List {
        #[command(flatten)]
        which: Which,
    },
    /// Remove somebody, who is signed out at once · 删除账户，立即登出
    Remove {
        /// Who · 姓名
        name: String,
        #[command(flatten)]
        which: Which,
    },
    /// Set another password; who is signed in under the old one is signed out · 修改密码，旧登录失效
    Password {
        /// Whose · 姓名
        name: String,
        #[command(flatten)]
        password: Password,
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Password {
    /// Read the password as one line from stdin, for scripts · 从标准输入读取一行作为密码
    #[arg(long)]
    password_stdin: bool,
}

impl Account {
    pub(super) fn run(self, console: &mut Console<'_>) -> Result<(), Complaint> {
        match self {
            Self::Add { name, role, password, which } => {
                let accounts = Accounts::open(&which.load()?.data_dir)?;
                accounts.check_free(&name)?;
                let password = console.new_password(password.password_stdin)?;
                accounts.add(&name, role, &password, System::default().wall_ms())?;
                console.say(&format!("{name} can sign in. {name}可以登录。"));
            }
            Self::List { which } => list(&which, console)?,
            Self::Remove { name, which } => {
                Accounts::open(&which.load()?.data_dir)?.remove(&name)?;
                console.say(&format!("{name} is removed. {name}已删除。"));
            }
            Self::Password { name, password, which } => {
                let accounts = Accounts::open(&which.load()?.data_dir)?;
                accounts.check_known(&name)?;
                let password = console.new_password(password.password_stdin)?;
                accounts.set_password(&name, &password)?;
                console.say(&format!("{name} has a new password. {name}的密码已修改。"));
            }
        }
        Ok(())
    }
}

fn list(which: &Which, console: &mut Console<'_>) -> Result<(), Complaint> {
    let config = which.load()?;
    let clock = crate::clock::HallClock::system(config.tz()?);
    for account in Accounts::open(&config.data_dir)?.all()?.iter() {
        let role = match account.role {
            Role::Clerk => "clerk   受理员",
            Role::Manager => "manager 管理员",
        };
        console.say(&format!("{}  {role}  {}", clock.day_of(account.added_at_ms), account.name));
    }
    Ok(())
}
